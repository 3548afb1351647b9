// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/httpmetrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

namespace crossfade {

HttpMetrics::HttpMetrics(prometheus::Registry &registry)
    : m_counts(prometheus::BuildCounter()
                   .Name("crossfade_http_requests_total")
                   .Help("Requests answered, by route, method and status")
                   .Register(registry))
    , m_times(prometheus::BuildHistogram()
                  .Name("crossfade_http_request_duration_seconds")
                  .Help("Time from a request's head to its answer, by route")
                  .Register(registry))
{
}

void HttpMetrics::observe(const std::string &route, const std::string &method, int status,
                          std::chrono::steady_clock::duration time)
{
    const std::lock_guard lock(m_mutex);
    OfRoute &known = m_routes[route];
    prometheus::Counter *&counter = known.counts[{status, method}];
    if (!counter)
        counter = &m_counts.Add(
            {{"route", route}, {"method", method}, {"status", std::to_string(status)}});
    counter->Increment();
    if (!known.times)
        known.times = &m_times.Add({{"route", route}},
                                   prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01,
                                                                           0.025, 0.05, 0.1, 0.25, 0.5,
                                                                           1, 2.5, 5});
    known.times->Observe(std::chrono::duration<double>(time).count());
}

std::string HttpMetrics::exposition(const prometheus::Registry &registry)
{
    return prometheus::TextSerializer().Serialize(registry.Collect());
}

} // namespace crossfade
