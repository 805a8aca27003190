# SPDX-License-Identifier: ISC
#
# tests/analyze/trace.awk - awk -v trace=FILE -v name=NAME -v all=FILE: a shell script that adds NAME:LINE to the file
# `trace` before each command that begins a line or an arm of a case.  These lines are listed in the file `all`.
# Not before one that asks for $?, which would then be that of the addition; nor before one that reads a file, nor
# an assignment outside of functions: what bash --posix does about a syntax error in such a file, or behind it, depends
# on which of its own commands was the last one.

function mark() {
	print name ":" FNR >>all
	return "echo " name ":" FNR " >>\"" trace "\"; "
}

{
	text = $0
	sub(/^[ \t]+/, "", text)
	indent = substr($0, 1, length($0) - length(text))
	counts = 1
	if (inside || continued || text == "" || text ~ /^#/ || text ~ /\$\?/ || text ~ /^\. / ||
	    (indent == "" && text ~ /^[a-z_]+=/) || text ~ /^[a-z_0-9]+\(\)/ ||
	    text ~ /^(fi|done|esac|else|elif|then|do|in|[{}();&|])([^a-z_=]|$)/)
		counts = 0
	arm = text ~ /^[^()#]+\)( |$)/ && text !~ /^[a-z_]+ [^"*|?\[]*\$\(/
	if (counts && arm) {
		# the commands of an arm that are on its line
		end = index(text, ") ")
		if (end && substr(text, end + 2) !~ /^;;/)
			print indent substr(text, 1, end + 1) mark() substr(text, end + 2)
		else
			print
	} else if (counts)
		print indent mark() text
	else
		print
	if (inside || text !~ /^#/) {
		continued = text ~ /(\\|\||&&)$/
		gsub(/"[^"]*"/, "", text)
		quotes = gsub(/'/, "&", text)
		if (quotes % 2)
			inside = !inside
	}
}
