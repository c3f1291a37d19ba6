/* Bars and a line as an SVG that is stretched to the page's width; its words stand beside it, so that they are not. */
#include <stdio.h>

#include "html.h"
#include "report_page.h"
#include "when.h"

#include "banned.h"

enum { STEP_WIDTH = 10, GAP = 1, HEIGHT = 100 };

/* An even number of one or two digits and zeros that is not below n: half of it is a whole number. */
static double top_of(int64_t n)
{
	double unit = 1;
	while (10 * unit < (double)n)
		unit *= 10;
	double top = 2 * unit;
	while (top < (double)n)
		top += 2 * unit;
	return top;
}

static void name_of(const struct steps *s, size_t step, char out[TIME_TEXT_MAX])
{
	when_unit_text(s->step[step].window.from_s, s->unit, s->utc, out);
}

static void print_bars(const struct steps *s, const struct line *l, double top, FILE *out)
{
	for (size_t i = 0; i < s->count; i++) {
		char name[TIME_TEXT_MAX];
		bool partial = steps_partial(s, i);
		double height = (double)l->counts[i] / top * HEIGHT;
		name_of(s, i, name);
		fprintf(out, "<rect%s x=\"%zu\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"><title>",
			partial ? " class=\"partial\"" : "", i * STEP_WIDTH + GAP, HEIGHT - height, STEP_WIDTH - 2 * GAP, height);
		html_text(name, out);
		fprintf(out, "%s: %lld</title></rect>\n", partial ? " (partial)" : "", (long long)l->counts[i]);
	}
}

static void print_mean(const struct steps *s, const struct line *l, double top, FILE *out)
{
	size_t points = 0;
	for (size_t i = 0; i < s->count; i++) {
		double mean;
		if (steps_partial(s, i) || !line_moving(s, l, i, &mean))
			continue;
		fprintf(out, "%s%zu,%.2f", points++ ? " " : "<polyline class=\"mean\" points=\"",
			i * STEP_WIDTH + STEP_WIDTH / 2, HEIGHT - mean / top * HEIGHT);
	}
	fputs(points ? "\"/>\n" : "", out);
}

static void print_axis(const struct steps *s, FILE *out)
{
	size_t middle = (s->count - 1) / 2;
	const size_t marks[] = {0, middle, s->count - 1};
	fputs("<div class=\"axis\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		char name[TIME_TEXT_MAX];
		if (i && marks[i] == marks[i - 1])
			continue;
		name_of(s, marks[i], name);
		fputs("<span>", out);
		html_text(name, out);
		fputs("</span>", out);
	}
	fputs("</div>\n", out);
}

void report_chart(const struct steps *s, const struct line *all, FILE *out)
{
	int64_t most = 0;
	for (size_t i = 0; i < s->count; i++)
		most = all->counts[i] > most ? all->counts[i] : most;
	double top = top_of(most);
	fprintf(out,
		"<figure>\n<div class=\"chart\">\n<div class=\"scale\" aria-hidden=\"true\"><span>%.0f</span><span>%.0f</span>"
		"<span>0</span></div>\n"
		"<svg viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" role=\"img\" "
		"aria-label=\"runs by %s: %lld in all, at most %lld\">\n<path class=\"grid\" d=\"M0 0H%zuM0 %dH%zuM0 %dH%zu\"/>\n",
		top, top / 2, s->count * STEP_WIDTH, HEIGHT, unit_names[s->unit], (long long)all->total, (long long)most,
		s->count * STEP_WIDTH, HEIGHT / 2, s->count * STEP_WIDTH, HEIGHT, s->count * STEP_WIDTH);
	print_bars(s, all, top, out);
	print_mean(s, all, top, out);
	fputs("</svg>\n", out);
	print_axis(s, out);
	fprintf(out,
		"</div>\n<figcaption>Bars: runs by %s, one that the window cuts dashed and paler. Line: the moving average of "
		"whole %ss.</figcaption>\n</figure>\n",
		unit_names[s->unit], unit_names[s->unit]);
}
