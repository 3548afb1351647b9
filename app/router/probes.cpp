// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/probes.h"

#include <algorithm>
#include <fstream>

namespace crossfade {

namespace {

constexpr std::size_t NeededInARow = 3;
constexpr std::size_t HealthThreads = 8;
constexpr Seconds OldestAnswer{10};
constexpr Seconds MostAhead{5}; // of the comparator's clock
constexpr std::chrono::milliseconds Pause{1'000};
constexpr std::chrono::milliseconds HealthTimeout{1'000};
constexpr std::chrono::milliseconds ComparatorTimeout{2'000};

std::string readToken(const std::string &file) {
    std::ifstream in(file);
    std::string token;
    std::getline(in, token);
    return token;
}

std::string textIn(const Json &object, const char *field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

// A run over single ids says nothing of the rest, one that still goes on says nothing yet, and none of
// them makes up for the last whole one. Whether its percentage is high enough is for the gate or the
// guard to say; one that could not judge every row is no measure of anything.
ConsistencyFact consistencyFactOf(const std::string &name, const Json &check, Instant now) {
    ConsistencyFact fact{name, std::nullopt, std::nullopt, {}};
    const auto run = check.find("last_full_run");
    if (run == check.end() || !run->is_object()) return fact;
    const auto percentage = run->find("consistency_percentage");
    if (percentage != run->end() && percentage->is_number())
        fact.percentage = percentage->get<double>();
    if (const auto at = parseInstant(textIn(*run, "ended_at"))) fact.checkedAt = *at;
    const std::string status = textIn(*run, "status");
    if (status != "SUCCESS" && status != "FAILED")
        fact.error = "the last check did not judge every row";
    // Else it would stay fresh for as long as that clock is ahead.
    if (fact.checkedAt && *fact.checkedAt > now + MostAhead)
        fact.error = "the last check lies ahead of this service's clock";
    return fact;
}

Probes::Probes(std::string comparatorUrl, std::string comparatorTokenFile,
               std::function<Instant()> now)
    : m_comparatorUrl(std::move(comparatorUrl))
    , m_comparatorTokenFile(std::move(comparatorTokenFile))
    , m_now(std::move(now)) {}

Probes::~Probes() {
    stop();
}

void Probes::start() {
    for (std::size_t i = 0; i < HealthThreads; ++i)
        m_threads.emplace_back([this](const std::stop_token &stop) { runHealth(stop); });
    m_threads.emplace_back([this](const std::stop_token &stop) { runComparator(stop); });
}

void Probes::stop() {
    m_stopping = true;
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_wake.notify_all();
    m_threads.clear(); // joins
}

void Probes::watch(std::set<std::string> healthUrls, std::set<std::string> checkNames) {
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_health, [&](const auto &entry) { return !healthUrls.contains(entry.first); });
    std::erase_if(m_consistency,
                  [&](const auto &entry) { return !checkNames.contains(entry.first); });
    bool isNew = false;
    for (const std::string &url : healthUrls) {
        const auto [place, inserted] = m_health.try_emplace(url);
        if (inserted) place->second.due = Clock::now();
        isNew = isNew || inserted;
    }
    m_checkNames = std::move(checkNames);
    if (isNew) m_wake.notify_all();
}

std::map<std::string, Probes::Watched>::iterator Probes::nextUrl() {
    auto best = m_health.end();
    for (auto it = m_health.begin(); it != m_health.end(); ++it) {
        if (it->second.asking) continue;
        if (best == m_health.end() || it->second.due < best->second.due) best = it;
    }
    return best;
}

bool Probes::isDue() {
    const auto next = nextUrl();
    return next != m_health.end() && next->second.due <= Clock::now();
}

void Probes::runHealth(const std::stop_token &stop) {
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (!isDue()) {
            const auto next = nextUrl();
            const auto until = next == m_health.end() ? Clock::now() + Pause : next->second.due;
            m_wake.wait_until(lock, stop, until, [this] { return isDue(); });
            continue;
        }
        const auto next = nextUrl();
        const std::string url = next->first;
        next->second.asking = true;
        const auto begun = Clock::now();
        lock.unlock();
        Answer answer = askHealth(url);
        lock.lock();
        const auto watched = m_health.find(url);
        if (watched == m_health.end()) continue; // not asked for any more
        watched->second.asking = false;
        watched->second.due = begun + Pause;
        std::deque<Answer> &answers = watched->second.answers;
        answers.push_back(std::move(answer));
        if (answers.size() > NeededInARow) answers.pop_front();
        m_wake.notify_all();
    }
}

void Probes::runComparator(const std::stop_token &stop) {
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        const bool checks = !m_checkNames.empty();
        lock.unlock();
        if (checks) askChecks();
        askSyncs();
        lock.lock();
        m_wake.wait_for(lock, stop, Pause, [] { return false; });
    }
}

Probes::Answer Probes::askHealth(const std::string &url) const {
    FetchRequest request;
    request.url = url;
    request.timeout = HealthTimeout;
    request.maxAnswerBytes = 64 << 10;
    request.cancelled = &m_stopping;
    const Result<FetchAnswer> answer = fetch(request);
    Answer kept{m_now(), answer && answer->status >= 200 && answer->status < 300, {}};
    if (!answer)
        kept.detail = answer.error().message;
    else if (!kept.good)
        kept.detail = "answered " + std::to_string(answer->status);
    return kept;
}

void Probes::keepError(const std::set<std::string> &names, const std::string &error) {
    const std::lock_guard lock(m_mutex);
    for (const std::string &name : names) {
        m_consistency[name].checkName = name;
        m_consistency[name].error = error;
    }
}

FetchRequest Probes::comparatorRequest(const char *path) const {
    FetchRequest request;
    request.url = m_comparatorUrl + path;
    request.bearer = readToken(m_comparatorTokenFile);
    request.timeout = ComparatorTimeout;
    request.maxAnswerBytes = 8 << 20;
    request.cancelled = &m_stopping;
    return request;
}

void Probes::keepSyncs(SyncFact fact) {
    const std::lock_guard lock(m_mutex);
    if (!fact.error.empty() && m_syncs) fact.syncs = std::move(m_syncs->syncs);
    m_syncs = std::move(fact);
}

void Probes::askSyncs() {
    if (m_comparatorUrl.empty()) return keepSyncs({{}, std::nullopt, "no comparator is configured"});
    const Instant askedAt = m_now();
    const Result<Json> answer = fetchJson(comparatorRequest("/api/v1/monitoring/sync"));
    if (!answer) return keepSyncs({{}, std::nullopt, "the comparator: " + answer.error().message});
    keepSyncs(readSyncFact(*answer, askedAt));
}

void Probes::askChecks() {
    std::set<std::string> names;
    {
        const std::lock_guard lock(m_mutex);
        names = m_checkNames;
    }
    if (m_comparatorUrl.empty()) return keepError(names, "no comparator is configured");
    const Result<Json> answer = fetchJson(comparatorRequest("/api/v1/checks?limit=1000"));
    if (!answer) return keepError(names, "the comparator: " + answer.error().message);
    const auto items = answer->find("items");
    if (items == answer->end() || !items->is_array())
        return keepError(names, "the comparator's answer has no items");
    std::map<std::string, ConsistencyFact> facts;
    for (const std::string &name : names)
        facts[name] = {name, std::nullopt, std::nullopt, "the comparator knows no such check"};
    for (const Json &check : *items) {
        const auto name = check.is_object() ? check.find("check_name") : check.end();
        if (!check.is_object() || name == check.end() || !name->is_string()) continue;
        const auto wanted = facts.find(name->get_ref<const std::string &>());
        if (wanted != facts.end()) wanted->second = consistencyFactOf(wanted->first, check, m_now());
    }
    const std::lock_guard lock(m_mutex);
    m_consistency = std::move(facts);
}

Fact Probes::health(const std::string &url) const {
    if (url.empty()) return {true, "no health URL is set"};
    const std::lock_guard lock(m_mutex);
    const auto found = m_health.find(url);
    if (found == m_health.end() || found->second.answers.empty())
        return {false, url + " was not asked yet"};
    const std::deque<Answer> &answers = found->second.answers;
    const auto bad = std::ranges::find(answers, false, &Answer::good);
    if (bad != answers.end()) return {false, url + ": " + bad->detail};
    if (answers.size() < NeededInARow)
        return {false, url + " was good " + std::to_string(answers.size()) + " of 3 times"};
    if (m_now() - answers.back().at > OldestAnswer)
        return {false, url + ": the last answer is too old"};
    return {true, url + " was good 3 of 3 times"};
}

void Probes::keepTold(Told told) {
    const std::lock_guard lock(m_mutex);
    m_told = std::move(told);
}

bool Probes::toldTooLongAgo() const {
    return m_told && m_now() > m_told->at + m_told->valid;
}

std::optional<ConsistencyFact> Probes::toldOf(const std::string &checkName) const {
    if (!m_told) return std::nullopt;
    const auto found = m_told->facts.find(checkName);
    if (found == m_told->facts.end()) return std::nullopt;
    ConsistencyFact fact = found->second;
    if (toldTooLongAgo()) fact.error = "the comparator has told nothing since " + formatInstant(m_told->at);
    return fact;
}

// What it answers to a question goes before what it told.
bool Probes::goesByTold(const std::string &checkName, const std::optional<ConsistencyFact> &told) const {
    const auto asked = m_consistency.find(checkName);
    const bool answered = asked != m_consistency.end() && asked->second.error.empty();
    return told && !answered && (told->error.empty() || m_comparatorUrl.empty());
}

bool Probes::isSilent(const std::string &checkName) const {
    const std::lock_guard lock(m_mutex);
    return goesByTold(checkName, toldOf(checkName)) && toldTooLongAgo();
}

ConsistencyFact Probes::consistency(const std::string &checkName) const {
    const std::lock_guard lock(m_mutex);
    auto told = toldOf(checkName);
    if (goesByTold(checkName, told)) return std::move(*told);
    const auto found = m_consistency.find(checkName);
    return found == m_consistency.end() ? ConsistencyFact{checkName, std::nullopt, std::nullopt,
                                                          "the comparator was not asked yet"}
                                        : found->second;
}

SyncFact Probes::syncs() const {
    const std::lock_guard lock(m_mutex);
    return m_syncs.value_or(SyncFact{{}, std::nullopt, "the comparator was not asked yet"});
}

} // namespace crossfade
