# homelab-usage. See `make help`.
#
# Everything is built below B; the directories that the programs are installed to are compiled in,
# so another PREFIX builds anew.

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/homelab-usage
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
# hl-emit starts before every prompt comes back: without the dynamic loader it starts in half the time.
EMIT_LDFLAGS ?= -static

ALL_CPPFLAGS = -D_XOPEN_SOURCE=700 -Icommon -I$(B) $(CPPFLAGS) \
	-DVERSION='"$(VERSION)"' -DBINDIR='"$(BINDIR)"' -DLIBEXECDIR='"$(LIBEXECDIR)"' \
	-DSYSTEM_CONF='"$(SYSCONFDIR)/homelab/usage.conf"'
ALL_CFLAGS = -std=c11 $(WARNINGS) -fstack-protector-strong $(CFLAGS)

COMMON_OBJ = buf config event evlog progress state text verb
EMIT_OBJ = shim/hl-emit shim/detach $(COMMON_OBJ:%=common/%)
PUSH_OBJ = shim/hl-push shim/deliver shim/dryrun shim/payload common/loki common/msg common/user $(COMMON_OBJ:%=common/%)
WRAP_OBJ = shim/hl-wrap shim/generate shim/manifest shim/origin shim/scripts shim/verbs common/buf common/msg common/text common/verb
USAGE_OBJ = $(patsubst %.c,%,$(wildcard aggregator/*.c)) common/loki common/msg common/user $(COMMON_OBJ:%=common/%)

PROGRAMS = $(B)/hl-emit $(B)/hl-push $(B)/hl-wrap $(B)/hl-usage
MANUALS = $(patsubst docs/man/%,$(B)/man/%,$(wildcard docs/man/*.1))

all: $(PROGRAMS) $(MANUALS)

objects = $(1:%=$(B)/%.o)

$(B)/hl-emit: $(call objects,$(EMIT_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ $(EMIT_LDFLAGS) $(LDFLAGS)

$(B)/hl-push: $(call objects,$(PUSH_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -lcurl $(LDFLAGS)

$(B)/hl-wrap: $(call objects,$(WRAP_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -ljson-c $(LDFLAGS)

$(B)/hl-usage: $(call objects,$(USAGE_OBJ))
	$(CC) $(ALL_CFLAGS) -o $@ $^ -lcurl -ljson-c $(LDFLAGS)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/shim/generate.o: $(B)/wrapper-text.h

# The wrapper's static text, as C strings: wrapper-verbs.sh becomes wrapper_verbs_sh.
TEMPLATES = shim/wrapper.sh shim/wrapper-verbs.sh shim/wrapper-cli.sh
$(B)/wrapper-text.h: $(TEMPLATES)
	@mkdir -p $(@D)
	for f in $(TEMPLATES); do \
		echo "static const char $$(basename $$f | tr .- __)[] ="; \
		sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $$f; echo ';'; done >$@

$(B)/man/%: docs/man/% VERSION
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(VERSION)/' $< >$@

# Rewritten, and all built anew, when what is compiled in has changed.
$(B)/flags: force
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(EMIT_LDFLAGS) $(LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(EMIT_LDFLAGS) $(LDFLAGS)' >$@

-include $(wildcard $(B)/*/*.d)

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DOCDIR) \
		$(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR)
	install -m 755 $(B)/hl-emit $(B)/hl-wrap $(B)/hl-usage $(DESTDIR)$(BINDIR)
	install -m 755 $(B)/hl-push $(DESTDIR)$(LIBEXECDIR)
	install -m 644 $(MANUALS) $(DESTDIR)$(MANDIR)/man1

.PHONY: all install uninstall test check lint bench fuzz demo clean dist deps help force
