// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/runnerstore.h"

#include "app/service/withoutstore.h"

#include <utility>

namespace crossfade {

namespace {

Failure unanswered() {
    return fail(ErrorKind::Unavailable, "the store does not answer");
}

} // namespace

void RunnerStore::Call::end(Result<void> with) {
    const std::lock_guard lock(mutex);
    result = std::move(with);
    wake.notify_all();
}

bool RunnerStore::Call::isGivenUp() {
    const std::lock_guard lock(mutex);
    return givenUp;
}

bool RunnerStore::Call::isUnanswered() {
    const std::lock_guard lock(mutex);
    return !result;
}

Result<void> RunnerStore::Call::wait() {
    std::unique_lock lock(mutex);
    if (wake.wait_for(lock, StoreAnswersWithin, [this] { return result.has_value(); })) return *result;
    givenUp = true;
    return unanswered();
}

RunnerStore::RunnerStore(Service &service)
    : m_service(service)
    , m_reader([this](const std::stop_token &stop) { run(stop); }) {}

RunnerStore::~RunnerStore() = default;

Result<void> RunnerStore::write(std::int64_t term, const Actor &actor, Store::WriteWork work, Turn turn) {
    // What goes first does not wait behind what may only be slow.
    CallPtr &before = turn == Turn::First ? m_first : m_ordinary;
    if (waits(before)) return unanswered();
    const auto call = std::make_shared<Call>();
    const auto asked = [call, work = std::move(work)](WriteTransaction &tx) -> Result<Json> {
        if (call->isGivenUp()) return unanswered();
        return work(tx);
    };
    const auto done = [call](const Result<Json> &written) {
        call->end(written ? Result<void>() : fail(written.error()));
    };
    writeLeadingLater(m_service.store(), m_service.leadership(), term, actor, asked, done, turn);
    auto answered = call->wait();
    before = call;
    return answered;
}

Result<void> RunnerStore::read(std::function<Result<void>(Database &)> work) {
    if (waits(m_reading)) return unanswered();
    m_reading = std::make_shared<Call>();
    {
        const std::lock_guard lock(m_mutex);
        m_toRead = [this, call = m_reading, work = std::move(work)] { call->end(m_service.store().read(work)); };
        m_wake.notify_all();
    }
    return m_reading->wait();
}

void RunnerStore::run(const std::stop_token &stop) {
    while (!stop.stop_requested()) {
        std::function<void()> next;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return static_cast<bool>(m_toRead); })) return;
            next = std::exchange(m_toRead, nullptr);
        }
        next();
    }
}

} // namespace crossfade
