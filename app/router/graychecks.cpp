// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/graychecks.h"

#include "app/router/listtables.h"
#include "app/service/fetch.h"
#include "app/service/log.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t AskedAtOnce = 500; // what the comparator takes
static_assert(AskedAtOnce <= listtables::MostInList);
constexpr std::chrono::milliseconds BetweenGrayLooks{1'000};
constexpr std::chrono::milliseconds GrayTimeout{25'000}; // it reads two databases, each within 10 s
constexpr std::chrono::milliseconds FirstPause{1'000};
constexpr std::chrono::milliseconds LongestPause{60'000};

// Read anew for each call: a token may be changed while the service runs.
std::string grayToken(const std::string &file)
{
    std::ifstream in(file);
    std::string token;
    std::getline(in, token);
    return token;
}

std::string_view textMember(const Json &object, const char *field)
{
    const auto it = object.is_object() ? object.find(field) : object.end();
    return it != object.end() && it->is_string() ? std::string_view(it->get_ref<const std::string &>())
                                                 : std::string_view();
}

} // namespace

GrayChecks::GrayChecks(Service &service, const RouterOptions &options)
    : m_store(service.store())
    , m_leadership(service.leadership())
    , m_url(options.comparatorUrl)
    , m_tokenFile(options.comparatorTokenFile)
{
}

GrayChecks::~GrayChecks()
{
    stop();
}

Result<void> GrayChecks::start()
{
    if (!m_url.empty()) m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
    return {};
}

void GrayChecks::stop()
{
    m_cancelled = true;
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void GrayChecks::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        if (lookAtAll(stop)) continue;
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, stop, BetweenGrayLooks, [] { return false; });
    }
}

bool GrayChecks::lookAtAll(const std::stop_token &stop)
{
    if (!m_leadership.leads()) {
        m_pauses.clear();
        return false;
    }
    const auto names = checks();
    if (!names) return false;
    std::erase_if(m_pauses, [&](const auto &entry) { return std::ranges::find(*names, entry.first) == names->end(); });
    bool more = false;
    for (const std::string &check : *names) {
        if (stop.stop_requested()) return false;
        const auto paused = m_pauses.find(check);
        if (paused != m_pauses.end() && Clock::now() < paused->second.until) continue;
        const auto looked = look(check);
        if (looked)
            m_pauses.erase(check);
        else if (!m_cancelled)
            pause(check, looked.error());
        more = more || (looked && *looked);
    }
    return more;
}

void GrayChecks::pause(const std::string &check, const Error &error)
{
    Pause &pause = m_pauses[check];
    // Told once, not once a try.
    if (pause.error != error.message)
        logWarning("the entries of gray lists cannot be checked", {{"check_name", check}, {"error", error.message}});
    pause.error = error.message;
    pause.length = std::clamp(pause.length * 2, FirstPause, LongestPause);
    pause.until = Clock::now() + pause.length;
}

Result<std::vector<std::string>> GrayChecks::checks() const
{
    std::vector<std::string> names;
    auto read = m_store.read([&](Database &db) {
        return db.each("SELECT DISTINCT check_name FROM gray_list WHERE check_name <> '' ORDER BY check_name", {},
                       [&](const SqlRow &row) {
                           names.push_back(row.text(0));
                           return true;
                       });
    });
    if (!read) return fail(read.error());
    return names;
}

Result<std::vector<GrayChecks::Due>> GrayChecks::due(const std::string &check) const
{
    std::vector<Due> found;
    auto read = m_store.read([&](Database &db) {
        return db.each("SELECT e.list_name, e.id, e.looks FROM gray_list l JOIN gray_entry e ON e.list_name = l.name "
                       "WHERE l.check_name = ? AND e.due_at IS NOT NULL AND e.due_at <= ? ORDER BY e.due_at LIMIT ?",
                       {check, toMs(m_store.environment().now()), static_cast<std::int64_t>(AskedAtOnce)},
                       [&](const SqlRow &row) {
                           found.push_back({row.text(0), row.text(1), row.integer(2)});
                           return true;
                       });
    });
    if (!read) return fail(read.error());
    return found;
}

Result<bool> GrayChecks::look(const std::string &check) const
{
    const auto asked = due(check);
    if (!asked) return fail(asked.error());
    if (asked->empty()) return false;
    const std::int64_t term = m_leadership.term();
    const auto answers = ask(check, *asked);
    if (!answers) return fail(answers.error());
    if (auto kept = keep(check, *asked, *answers, term); !kept) return fail(kept.error());
    return asked->size() == AskedAtOnce;
}

Result<GrayChecks::Answers> GrayChecks::ask(const std::string &check, const std::vector<Due> &due) const
{
    std::set<std::string_view> ids; // one may stand on two lists
    for (const Due &one : due)
        ids.insert(one.id);
    FetchRequest request;
    request.method = "POST";
    request.url = m_url + "/api/v1/comparisons";
    request.bearer = grayToken(m_tokenFile);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = dumpJson({{"check_name", check}, {"ids", ids}});
    request.timeout = GrayTimeout;
    request.maxAnswerBytes = 1 << 20;
    request.cancelled = &m_cancelled;
    const auto answer = fetchJson(request);
    if (!answer) return fail(answer.error());
    const auto items = answer->is_object() ? answer->find("items") : answer->end();
    Answers answers;
    for (const Json &item : items != answer->end() && items->is_array() ? *items : Json::array()) {
        const auto result = grayResultFromWord(textMember(item, "result"));
        if (result && *result != GrayResult::Unchecked) answers.emplace(textMember(item, "id"), *result);
    }
    // Else the same ids would be asked for again at once, for ever.
    if (!std::ranges::all_of(ids, [&](std::string_view id) { return answers.contains(id); }))
        return fail(ErrorKind::Malformed, "the comparator did not answer for every id");
    return answers;
}

// Those that are stored alike, in one statement: of a list, with the same answer after as many looks.
GrayChecks::Alike GrayChecks::byAnswer(const std::vector<Due> &due, const Answers &answers)
{
    Alike groups;
    for (const Due &one : due)
        groups[{one.list, answers.find(one.id)->second, one.looks}].push_back(one.id);
    return groups;
}

Result<void> GrayChecks::keep(const std::string &check, const std::vector<Due> &due, const Answers &answers,
                              std::int64_t term) const
{
    const auto work = [&](WriteTransaction &tx) -> Result<Json> {
        std::map<std::string, std::map<std::string, std::int64_t>> counts; // by list and result
        for (const auto &[alike, ids] : byAnswer(due, answers)) {
            const auto &[list, result, looks] = alike;
            const auto next = nextGrayLook(result, looks + 1);
            Database::Parameters values{std::string(grayResultWord(result)), toMs(tx.now()),
                                        next ? SqlValue(toMs(tx.now() + *next)) : SqlValue(nullptr), check, list};
            values.insert(values.end(), ids.begin(), ids.end());
            // Unless it was taken off, or is asked for by another check by now.
            const auto changed = tx.db().execute(
                "UPDATE gray_entry SET unchecked = 0, result = ?, checked_at = ?, looks = looks + 1, due_at = ? "
                "WHERE due_at IS NOT NULL AND list_name IN (SELECT name FROM gray_list WHERE check_name = ?) AND "
                "list_name = ? AND id IN (" + listtables::placesOf("?", ids.size()) + ")",
                values);
            if (!changed) return fail(changed.error());
            if (*changed > 0) counts[list][std::string(grayResultWord(result))] += *changed;
        }
        for (const auto &[list, results] : counts)
            tx.emit("gray_list.checked", {{"name", list}, {"results", results}});
        return Json();
    };
    const auto stored = writeLeading(m_store, m_leadership, term, {"comparator", {}}, work);
    if (!stored) return fail(stored.error());
    return {};
}

} // namespace crossfade
