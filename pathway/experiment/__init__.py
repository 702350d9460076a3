"""Experiments: scenarios times replications, and results with the intervals that say how sure they are.

Replication r of every scenario deals the same luck to the same patients (common random numbers), so
scenarios are compared in pairs.  Results can be saved and loaded; they never depend on how many
processes worked on them.
"""

from pathway.experiment.fitted import Fit
from pathway.experiment.folding import fold
from pathway.experiment.observing import Observed, Seen
from pathway.experiment.outlook import Outlook
from pathway.experiment.precision import Precision
from pathway.experiment.recording import stored_results
from pathway.experiment.replicating import only_figures, replicate
from pathway.experiment.rerunning import Rerun, rerun
from pathway.experiment.results import Results, load_results
from pathway.experiment.running import Experiment
from pathway.experiment.sensitivities import Plausible, Screening, Tornado
from pathway.experiment.sized import Sizing
from pathway.experiment.validated import Validation
from pathway.experiment.validating import replayed, validate
from pathway.experiment.verifying import EnginesDifferError, keep_both, verify

__all__ = [
    "EnginesDifferError",
    "Experiment",
    "Fit",
    "Observed",
    "Outlook",
    "Plausible",
    "Precision",
    "Rerun",
    "Results",
    "Screening",
    "Seen",
    "Sizing",
    "Tornado",
    "Validation",
    "fold",
    "keep_both",
    "load_results",
    "only_figures",
    "replayed",
    "replicate",
    "rerun",
    "stored_results",
    "validate",
    "verify",
]
