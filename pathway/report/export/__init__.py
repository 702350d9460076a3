"""Results for other people's programs: a workbook, a table for each question, figures as pictures."""
