/* SPDX-License-Identifier: ISC */
/* openrc/state/typo.c - how far one word is from another; see typo.h. */
#include <string.h>

#include "openrc/state/typo.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t typo_slips(const char *a, const char *b)
{
	size_t row[TYPO_LONGEST][TYPO_LONGEST], m = strlen(a), n = strlen(b);

	if (m >= TYPO_LONGEST || n >= TYPO_LONGEST)
		return TYPO_LONGEST;

	for (size_t i = 0; i <= m; i++)
		for (size_t j = 0; j <= n; j++) {
			if (!i || !j) {
				row[i][j] = i + j;
				continue;
			}
			row[i][j] = least(row[i - 1][j], row[i][j - 1]) + 1;
			row[i][j] = least(row[i][j], row[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
		}
	return row[m][n];
}

bool typo_is_nearer(const char *word, const char *known, size_t *least)
{
	size_t slips = typo_slips(word, known);

	/* of a short word most is left, too */
	if (slips > 2 || 2 * slips >= strlen(word) || slips >= *least)
		return false;
	*least = slips;
	return true;
}
