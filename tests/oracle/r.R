# Answers pairs of versions ("left<tab>right" a line) as R's numeric_version does: -1, 0, 1, or !
# where one is no version.
pairs <- strsplit(paste0(readLines(file("stdin")), "\t."), "\t", fixed = TRUE)
answer <- function(pair) {
  tryCatch(compareVersion(pair[1], pair[2]), error = function(e) "!", warning = function(w) "!")
}
check <- function(text) !is.na(numeric_version(text, strict = FALSE))
left <- vapply(pairs, `[`, "", 1)
right <- vapply(pairs, `[`, "", 2)
known <- check(left) & check(right)
answers <- rep("!", length(pairs))
answers[known] <- vapply(pairs[known], function(pair) as.character(answer(pair)), "")
writeLines(answers)
