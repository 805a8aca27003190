# SPDX-License-Identifier: ISC
#
# matches.awk SHOWN PRINTED - is that what was printed?  `...` stands for anything within a line,
# and alone for any lines; blanks are as many as one likes.  Not compared: the
# lines in which OpenRC says what it is starting.

function plain(line) {
	gsub(/[ \t]+/, " ", line)
	sub(/ $/, "", line)
	return line
}

FILENAME == ARGV[1] {
	line = plain($0)
	if (line == "")
		next
	if (line == "...") {
		pattern = pattern "([^\n]*\n)*"
		next
	}
	gsub(/[][\\.*+?(){}|^$]/, "[&]", line)
	# no two awks agree on what a backslash before it is in a replacement
	gsub(/\[\^\]/, ".", line)
	gsub(/\[\\\]/, "\\\\", line)
	gsub(/\[\.\]\[\.\]\[\.\]/, "[^\n]*", line)
	pattern = pattern line "\n"
	next
}
/^ \* (Starting|Stopping|Bringing|Mounting|Caching)/ || /^ *\[ ok \]$/ || /^$/ { next }
{ text = text plain($0) "\n" }
END { exit text !~ ("^" pattern "$") }
