// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/alertsender.h"

#include "app/comparator/alertqueue.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds BetweenLooks{500};
constexpr std::chrono::milliseconds CallTimeout{1'000};

// Whether the same call may succeed later: the router is away, overloaded, or does not know the
// token yet.
bool passes(int status)
{
    return status >= 500 || status == 401 || status == 403 || status == 404 || status == 408 ||
           status == 409 || status == 429;
}

} // namespace

AlertSender::AlertSender(const Context &context, RouterAddress router)
    : m_context(context)
    , m_router(std::move(router))
{
}

AlertSender::~AlertSender()
{
    stop();
}

void AlertSender::start()
{
    if (!m_router.address().isSet()) return;
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void AlertSender::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void AlertSender::run(const std::stop_token &stop)
{
    int failures = 0;
    while (!stop.stop_requested()) {
        const Sent sent = sendOldest();
        if (sent == Sent::Delivered) {
            failures = 0;
            continue;
        }
        failures = sent == Sent::Failed ? failures + 1 : 0;
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, failures > 0 ? deliveryPause(failures) : BetweenLooks,
                         [] { return false; });
    }
}

AlertSender::Sent AlertSender::sendOldest()
{
    m_context.term = m_context.service.leadership().term();
    if (m_context.term == 0) return Sent::Nothing;
    std::optional<alertqueue::Waiting> alert;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        auto oldest = alertqueue::oldest(db);
        if (!oldest) return fail(oldest.error());
        alert = std::move(*oldest);
        return {};
    });
    if (!read) return Sent::Failed;
    if (!alert) return Sent::Nothing;
    const Result<FetchAnswer> answer = call(alert->id, alert->body);
    if (!answer || passes(answer->status)) {
        logWarning("the router did not take an alert, it is tried again",
                   {{"alert", alert->id},
                    {"error", answer ? "status " + std::to_string(answer->status)
                                     : answer.error().message}});
        return Sent::Failed;
    }
    if (answer->status >= 300)
        logError("the router refuses an alert, it is given up",
                 {{"alert", alert->id}, {"status", std::to_string(answer->status)}});
    const Result<Json> removed = m_context.writeLeading(
        {"alert-sender", alert->id}, [&](WriteTransaction &tx) -> Result<Json> {
            if (Result<void> done = alertqueue::remove(tx, alert->id); !done)
                return fail(done.error());
            return Json();
        });
    return removed ? Sent::Delivered : Sent::Failed;
}

Result<FetchAnswer> AlertSender::call(const std::string &id, const std::string &body)
{
    FetchRequest request;
    request.method = "POST";
    request.url = "/api/v1/alerts";
    request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", id}};
    request.body = body;
    request.timeout = CallTimeout;
    return m_router.call(std::move(request));
}

} // namespace crossfade
