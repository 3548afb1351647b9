// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/heldpush.h"

#include "app/comparator/entity.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *HeldPath = "/api/v1/held-entities";
constexpr std::int64_t MostHeldChanges = 5'000; // that the router takes at once
constexpr std::int64_t HeldPageRows = 2'000;
constexpr std::chrono::seconds AskEvery{10};   // whether it still has what it was told
constexpr std::chrono::seconds SparedEvery{60}; // those on NEW may have come back: the router looks at each push of the whole
constexpr std::chrono::milliseconds ShortCall{10'000};
constexpr std::chrono::milliseconds LongCall{110'000}; // what the router allows an upload, and less
constexpr int MostOvertaken = 3;

std::string lineOf(const std::string &kind, const std::string &id)
{
    return std::string("{\"") + (kind == "USER" ? "user_id" : "entity_id") + "\":" + dumpJson(Json(id));
}

std::string pushedBy(const std::string &source, std::int64_t epoch)
{
    return "source=" + source + "&epoch=" + std::to_string(epoch);
}

} // namespace

HeldPush::HeldPush(const Context &context, const RouterAddress &router, HeldRules rules)
    : RouterPush(context, router, "HELD")
    , m_rules(std::move(rules))
{
}

Result<void> HeldPush::begin()
{
    m_known.reset();
    m_parts.clear();
    m_toldOlder.reset();
    m_foldedEpoch = -1;
    m_foldAt = {}; // nothing is told before all is taken over
    return forgetOtherRules();
}

Result<RouterPush::Step> HeldPush::push()
{
    const Result<bool> folded = fold();
    if (!folded) return fail(folded.error());
    // Before all is taken over the set is not whole: the router would let go of whom it holds.
    if (!*folded) return Step{Done::Nothing, true};
    const Result<Own> own = this->own();
    if (!own) return fail(own.error());
    const bool told = m_known && m_known->source == own->source && m_known->epoch == own->epoch;
    const bool asks = !m_known || Clock::now() - m_askedAt >= AskEvery;
    if (!asks && told) return Step{};
    if (asks) {
        if (const Result<void> asked = ask(); !asked) return fail(asked.error());
    }
    if (!m_known->takesChanges) {
        if (m_toldOlder == std::pair(m_known->version, own->epoch)) return Step{Done::Reached};
        return pushWhole(*own);
    }
    if (isWholeDue(*own)) return pushWhole(*own);
    if (m_known->epoch < own->epoch) return pushChanges(*own);
    m_overtaken = 0;
    if (own->pushed < own->epoch) { // a death, or a loss of the store, came between the router's answer and its note
        if (const Result<void> noted = noteTold(own->epoch); !noted) return fail(noted.error());
    }
    return Step{Done::Reached};
}

bool HeldPush::isWholeDue(const Own &own) const
{
    if (m_known->source != own.source || m_known->epoch > own.epoch || m_known->epoch < own.pruned) return true;
    return m_known->spared > 0 && Clock::now() - m_wholeAt >= SparedEvery;
}

Result<void> HeldPush::ask()
{
    FetchRequest request;
    request.url = std::string(HeldPath) + "?limit=1";
    request.timeout = ShortCall;
    m_known.reset();
    const Result<Json> answer = routerJson(router().call(std::move(request)));
    if (!answer) return fail(answer.error());
    Known known;
    known.takesChanges = answer->contains("source");
    known.version = numberIn(*answer, "version");
    known.spared = numberIn(*answer, "spared");
    if (known.takesChanges) {
        known.source = textIn(*answer, "source");
        known.epoch = numberIn(*answer, "source_epoch");
    }
    m_known = std::move(known);
    m_askedAt = Clock::now();
    return {};
}

Result<HeldPush::Own> HeldPush::own()
{
    Own own;
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        Result<std::string> name = source(db);
        if (!name) return fail(name.error());
        own.source = std::move(*name);
        const auto rows = db.query("SELECT epoch, pruned, pushed FROM router_push WHERE what = 'HELD'");
        if (!rows) return fail(rows.error());
        if (rows->empty()) return fail(ErrorKind::Internal, "the store lacks a row it was made with");
        own.epoch = rows->front().integer(0);
        own.pruned = rows->front().integer(1);
        own.pushed = rows->front().integer(2);
        return {};
    });
    if (!read) return fail(read.error());
    return own;
}

// Only this thread changes what is read here, so its pages are of one set though each is read by itself.
Result<std::string> HeldPush::page(std::string &kind, std::string &id) const
{
    std::string lines;
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        // As a row, so that each page begins in the index where the one before it ended.
        const auto rows = db.query("SELECT DISTINCT kind, id FROM router_held WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?",
                                   {kind, id, HeldPageRows});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows) {
            kind = row.text(0);
            id = row.text(1);
            lines += lineOf(kind, id) + "}\n";
        }
        return {};
    });
    if (!read) return fail(read.error());
    return lines;
}

Result<RouterPush::Step> HeldPush::pushWhole(const Own &own)
{
    FetchRequest request;
    request.method = "PUT";
    request.url = std::string(HeldPath) + "?complete=true";
    if (m_known->takesChanges) request.url += "&" + pushedBy(own.source, own.epoch);
    request.headers = {{"Content-Type", "application/x-ndjson"}, {"If-Match", "\"" + std::to_string(m_known->version) + "\""}};
    request.timeout = LongCall;
    std::string kind; // '': those the router has no id for come before all others
    std::string id = "\x7f";
    m_wholeAt = Clock::now();
    return taken(router().call(std::move(request), [this, &kind, &id] { return page(kind, id); }), own.epoch);
}

// As many whole epochs as the router takes at once.
Result<RouterPush::Step> HeldPush::pushChanges(const Own &own)
{
    std::string lines;
    std::int64_t upTo = own.epoch;
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT kind, id, held, epoch FROM router_held_changes WHERE epoch > ? AND epoch <= ? "
                                   "ORDER BY epoch, kind, id LIMIT ?",
                                   {m_known->epoch, own.epoch, MostHeldChanges + 1});
        if (!rows) return fail(rows.error());
        if (static_cast<std::int64_t>(rows->size()) > MostHeldChanges) upTo = rows->back().integer(3) - 1;
        for (const SqlRow &row : *rows) {
            if (row.integer(3) > upTo) break;
            lines += lineOf(row.text(0), row.text(1)) + ",\"held\":" + (row.integer(2) != 0 ? "true" : "false") + "}\n";
        }
        return {};
    });
    if (!read) return fail(read.error());
    FetchRequest request;
    request.method = "PATCH";
    request.url = std::string(HeldPath) + "?" + pushedBy(own.source, upTo);
    request.headers = {{"Content-Type", "application/x-ndjson"}, {"If-Match", "\"" + std::to_string(m_known->version) + "\""}};
    request.body = lines.empty() ? "\n" : std::move(lines);
    request.timeout = ShortCall;
    return taken(router().call(std::move(request)), upTo);
}

// The router has all changes up to that one: they are not kept. After the first whole set there may be a million of them,
// and nobody waits for all of that at once.
Result<void> HeldPush::noteTold(std::int64_t epoch)
{
    const Result<Json> noted = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute("UPDATE router_push SET pushed = ?, pruned = ? WHERE what = 'HELD'", {epoch, epoch});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!noted) return fail(noted.error());
    for (;;) {
        const Result<Json> gone = write([&](WriteTransaction &tx) -> Result<Json> {
            const auto done = tx.db().execute("DELETE FROM router_held_changes WHERE (kind, id) IN (SELECT kind, id FROM "
                                              "router_held_changes WHERE epoch <= ? ORDER BY epoch, kind, id LIMIT ?)",
                                              {epoch, MostHeldChanges});
            if (!done) return fail(done.error());
            return Json(*done);
        });
        if (!gone) return fail(gone.error());
        if (gone->get<std::int64_t>() < MostHeldChanges || router().isCancelled()) return {};
    }
}

// What another one did meanwhile, or this one without hearing of it, is asked for first; not again and again without end.
Result<RouterPush::Step> HeldPush::taken(const Result<FetchAnswer> &answer, std::int64_t epoch)
{
    const bool older = !m_known->takesChanges;
    m_known.reset();
    if (answer && (answer->status == 412 || answer->status == 409) && ++m_overtaken < MostOvertaken) return Step{Done::Reached, true};
    const Result<Json> json = routerJson(answer);
    if (!json) return fail(json.error());
    m_overtaken = 0;
    Known known;
    known.version = numberIn(*json, "version");
    known.takesChanges = !older;
    known.spared = numberIn(*json, "spared");
    known.epoch = epoch;
    const Result<Own> own = this->own();
    if (!own) return fail(own.error());
    known.source = own->source;
    // Where that fails it is asked for anew: the router says that it has it.
    if (const Result<void> noted = noteTold(epoch); !noted) return fail(noted.error());
    if (older) m_toldOlder = std::pair(known.version, epoch);
    Step step{Done::Pushed, epoch < own->epoch};
    step.detail = Json{{"users", numberIn(*json, "users")},
                       {"entities", numberIn(*json, "entities")},
                       {"spared", known.spared}};
    m_known = std::move(known);
    m_askedAt = Clock::now();
    return step;
}

} // namespace crossfade
