# homelab-usage. See `make help`.
#
# Everything is built below B; the directories that the programs are installed to are compiled in,
# so another PREFIX builds anew.

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
MANDIR = $(DATADIR)/man
DOCDIR = $(DATADIR)/doc/homelab-usage
BASHCOMPDIR = $(DATADIR)/bash-completion/completions
ZSHCOMPDIR = $(DATADIR)/zsh/site-functions
DESTDIR ?=
B ?= build

VERSION := $(shell cat VERSION)
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wvla
# hl-emit starts before every prompt comes back. Without a dynamic loader, and with a libc that sets up little,
# it starts in a fifth of the time (docs/adr/0009): musl's, where it is installed.
EMIT_CC ?= $(or $(shell command -v musl-gcc),$(CC))
EMIT_LDFLAGS ?= -static

AGGREGATOR = aggregator $(patsubst %/,%,$(wildcard aggregator/*/))
INCLUDES = $(addprefix -I,common shim $(AGGREGATOR))
ALL_CPPFLAGS = -D_XOPEN_SOURCE=700 $(INCLUDES) -I$(B) $(CPPFLAGS) \
	-DVERSION='"$(VERSION)"' -DBINDIR='"$(BINDIR)"' \
	-DSYSTEM_CONF='"$(SYSCONFDIR)/homelab/usage.conf"'
ALL_CFLAGS = -std=c11 $(WARNINGS) -fstack-protector-strong $(CFLAGS)

COMMON_OBJ = buf clock config dropped event evlog fields progress state text verb
EMIT_OBJ = shim/hl-emit shim/detach $(COMMON_OBJ:%=common/%)
PUSH_OBJ = $(patsubst %,shim/%,hl-push deliver detach drain dryrun now payload push) \
	common/backlog common/loki common/msg common/user $(COMMON_OBJ:%=common/%)
TABLE_OBJ = common/manifest common/origin common/verbs
WRAP_OBJ = shim/hl-wrap shim/generate shim/interview shim/place shim/scripts common/buf common/msg common/text common/verb \
	$(TABLE_OBJ)
USAGE_OBJ = $(patsubst %.c,%,$(wildcard $(AGGREGATOR:%=%/*.c))) common/backlog common/loki common/msg common/user \
	$(COMMON_OBJ:%=common/%) $(TABLE_OBJ)

PROGRAMS = $(B)/hl-emit $(B)/hl-push $(B)/hl-wrap $(B)/hl-usage
MANUALS = $(patsubst docs/man/%,$(B)/man/%,$(wildcard docs/man/*.1))

all: $(PROGRAMS) $(MANUALS)

objects = $(1:%=$(B)/%.o)

$(B)/hl-emit: $(EMIT_OBJ:%=$(B)/emit/%.o)
	$(EMIT_CC) $(ALL_CFLAGS) -o $@ $^ $(EMIT_LDFLAGS) $(LDFLAGS)

$(B)/hl-push: $(call objects,$(PUSH_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -lcurl $(LDFLAGS)

$(B)/hl-wrap: $(call objects,$(WRAP_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -ljson-c $(LDFLAGS)

$(B)/hl-usage: $(call objects,$(USAGE_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -lcurl -ljson-c $(LDFLAGS)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/emit/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(EMIT_CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/shim/generate.o: $(B)/wrapper-text.h

# The wrapper's static text, as C strings: wrapper-verbs.sh becomes wrapper_verbs_sh.
TEMPLATES = shim/wrapper.sh shim/wrapper-verbs.sh shim/wrapper-verbs-rest.sh shim/wrapper-cli.sh
$(B)/wrapper-text.h: $(TEMPLATES) Makefile
	@mkdir -p $(@D)
	for f in $(TEMPLATES); do \
		echo "static const char $$(basename $$f | tr .- __)[] ="; \
		sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/.*/"&\\n"/' $$f; echo ';'; done >$@

# The look of a report, as a C string.
$(B)/aggregator/report/report_page.o: $(B)/report-style.h
$(B)/report-style.h: aggregator/report/report.css Makefile
	@mkdir -p $(@D)
	{ echo 'static const char report_css[] ='; sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $<; echo ';'; } >$@

$(B)/man/%: docs/man/% VERSION
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(VERSION)/' $< >$@

# Rewritten, and all built anew, when what is compiled in has changed.
FLAGS = $(CC) $(EMIT_CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(EMIT_LDFLAGS) $(LDFLAGS)
$(B)/flags: force
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

BASHCOMPS = homelab hl-usage hl-wrap
ZSHCOMPS = _homelab _hl-usage _hl-wrap
DOCS = README.md CHANGELOG.md LICENSE docs/privacy.md docs/loki.md docs/archive.md docs/reliability.md

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DOCDIR) \
		$(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR)
	install -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	install -m 644 $(MANUALS) $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(BASHCOMPS:%=completions/bash/%) $(DESTDIR)$(BASHCOMPDIR)
	install -m 644 $(ZSHCOMPS:%=completions/zsh/%) $(DESTDIR)$(ZSHCOMPDIR)
	install -m 644 $(DOCS) $(DESTDIR)$(DOCDIR)

uninstall:
	rm -f $(patsubst $(B)/%,$(DESTDIR)$(BINDIR)/%,$(PROGRAMS)) \
		$(patsubst $(B)/man/%,$(DESTDIR)$(MANDIR)/man1/%,$(MANUALS)) \
		$(BASHCOMPS:%=$(DESTDIR)$(BASHCOMPDIR)/%) $(ZSHCOMPS:%=$(DESTDIR)$(ZSHCOMPDIR)/%) \
		$(addprefix $(DESTDIR)$(DOCDIR)/,$(notdir $(DOCS)))
	-rmdir $(DESTDIR)$(DOCDIR) 2>/dev/null

# What the targets need on Debian; each installs what is missing. HL_NO_INSTALL=1 only names it.
DEBS_build = gcc libc6-dev libcurl4-openssl-dev libjson-c-dev musl-tools
DEBS_demo = $(DEBS_build) procps jq
DEBS_test = $(DEBS_demo) bats bash busybox curl dash git mandoc mksh openssl python3 shellcheck strace util-linux zsh
DEBS_check = $(DEBS_test) valgrind chromium
DEBS_lint = $(DEBS_test) clang clang-tidy cppcheck
DEBS_fuzz = $(DEBS_build) clang libclang-rt-14-dev
DEBS_bench = $(DEBS_test) hyperfine time

deps-%:
	@missing=$$(for p in $(DEBS_$*); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	[ -n "$$missing" ] || exit 0; \
	echo "missing Debian packages:" $$missing; \
	[ -z "$$HL_NO_INSTALL" ] || exit 1; \
	sudo=; [ "$$(id -u)" -eq 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq -y --no-install-recommends $$missing >/dev/null

# A private installation, for demo, test and the like: $(call private,NAME,MORE)
private = $(MAKE) --no-print-directory B=$(CURDIR)/build/$(1)/obj PREFIX=$(CURDIR)/build/$(1)/root \
	SYSCONFDIR=$(CURDIR)/build/$(1)/root/etc DESTDIR= $(2) install >build/$(1)/log 2>&1 || { cat build/$(1)/log; exit 1; }

demo: deps-demo
	@mkdir -p build/demo
	@$(call private,demo)
	@examples/demo build/demo

BATS = bats
TESTS = tests
test: deps-test
	@mkdir -p build/test
	@$(call private,test)
	HL_PREFIX=$(CURDIR)/build/test/root $(BATS) $(TESTS)

# The same tests on programs that watch themselves.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
check: deps-check
	@mkdir -p build/check
	@$(call private,check,CFLAGS='-O1 -g $(SANITIZE)' EMIT_CC='$(CC)' EMIT_LDFLAGS=)
	HL_PREFIX=$(CURDIR)/build/check/root HL_SANITIZED=1 ASAN_OPTIONS=detect_leaks=1 $(BATS) $(TESTS)
	@mkdir -p build/valgrind
	@$(call private,valgrind,EMIT_CC='$(CC)' EMIT_LDFLAGS=)
	tests/valgrind build/valgrind/root
	tests/browser build/valgrind/root

lint: export TIDY_CPPFLAGS = $(subst -I$(B),-Ibuild/lint/gcc,$(ALL_CPPFLAGS))
lint: deps-lint
	@mkdir -p build/lint
	@$(MAKE) --no-print-directory B=build/lint/gcc CFLAGS='-O2 -Werror' all >build/lint/log 2>&1 || { cat build/lint/log; exit 1; }
	@$(MAKE) --no-print-directory B=build/lint/clang CC=clang EMIT_CC=clang CFLAGS='-O2 -Werror' all >build/lint/log 2>&1 || { cat build/lint/log; exit 1; }
	printf '%s\n' $(SOURCES) | xargs -P 2 -n 1 sh -c 'eval "clang-tidy --quiet $$0 -- -std=c11 $$TIDY_CPPFLAGS" 2>/dev/null'
	cppcheck --quiet --error-exitcode=1 --enable=warning,portability,performance --std=c11 --inline-suppr \
		$(INCLUDES) -Ibuild/lint/gcc -DVERSION='""' $(SOURCES)
	shellcheck $(SCRIPTS)
	shellcheck -s bash -x $(BASHCOMPS:%=completions/bash/%) tests/*.bash
	mandoc -Tlint -W warning build/lint/gcc/man/*.1
	for f in $(ZSHCOMPS:%=completions/zsh/%); do zsh -n $$f || exit 1; done

SOURCES = $(wildcard common/*.c shim/*.c $(AGGREGATOR:%=%/*.c))
SCRIPTS = .ci/run examples/demo $(wildcard tests/valgrind tests/browser tests/bench/run tests/bench/journal) $(shell find examples/verbs -type f)

# Each reader of outside text, for FUZZ_S seconds, from the seeds in tests/fuzz.
FUZZ_TARGETS = event config state manifest origin answer archive judge duration when text
FUZZ_S = 20
FUZZ_SRC = tests/fuzz/fuzz.c $(COMMON_OBJ:%=common/%.c) $(TABLE_OBJ:%=%.c) common/backlog.c common/loki.c common/msg.c \
	shim/deliver.c shim/payload.c shim/generate.c shim/scripts.c \
	$(addprefix aggregator/archive/,archive_index.c archive_text.c cksum.c) \
	$(addprefix aggregator/count/,question.c tally.c when.c window.c) aggregator/sources/answer.c
fuzz: deps-fuzz
	@$(MAKE) --no-print-directory B=build/fuzz build/fuzz/wrapper-text.h >/dev/null
	@for t in $(FUZZ_TARGETS); do \
		mkdir -p build/fuzz/corpus-$$t && \
		clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -std=c11 \
			$(subst -I$(B),-Ibuild/fuzz,$(ALL_CPPFLAGS)) -DTARGET=fuzz_$$t -Wno-unused-function \
			-o build/fuzz/$$t $(FUZZ_SRC) -lcurl -ljson-c && \
		build/fuzz/$$t -close_fd_mask=2 -max_total_time=$(FUZZ_S) -max_len=4096 -print_final_stats=1 \
			-artifact_prefix=build/fuzz/ build/fuzz/corpus-$$t tests/fuzz/seeds >build/fuzz/$$t.log 2>&1 || \
			{ tail -n 30 build/fuzz/$$t.log; exit 1; }; \
		echo "$$t: $$(sed -n 's/^stat::number_of_executed_units: *//p' build/fuzz/$$t.log) runs, no fault"; done

# Longer runs of what `make test` has one of, with other seeds; SOAK_S seconds of storms.
SOAK_S = 600
soak: deps-test
	@mkdir -p build/test
	@$(call private,test)
	tests/delivery --prefix build/test/root soak --seconds $(SOAK_S)

bench: deps-bench
	@mkdir -p build/bench
	@$(call private,bench)
	@tests/bench/run build/bench
	@tests/bench/journal build/bench

clean:
	rm -rf build

dist:
	git archive --prefix=homelab-usage-$(VERSION)/ -o homelab-usage-$(VERSION).tar.gz HEAD

help:
	@echo 'make                build            make install     PREFIX=$(PREFIX) DESTDIR='
	@echo 'make demo           wrap the sample verbs, run them, rank them'
	@echo 'make test           all tests        make check       ... with sanitizers, valgrind, and a browser'
	@echo 'make lint           static checks    make fuzz        fuzz what reads from outside'
	@echo 'make bench          what it costs    make soak        break the delivery, for long'
	@echo 'make uninstall      make clean       make dist'

.PHONY: all install uninstall demo test check lint bench soak fuzz clean dist help force
