// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/metrics/decimation.h"
#include "models/session/connection.h"

#include <QObject>

#include <compare>
#include <map>
#include <string>
#include <vector>

namespace crossfade {

// A metric over time, in the words of GET /series. An empty field is not asked for.
struct SeriesKey {
    std::string metric;
    std::string statistic; // "rate", "p95"
    std::string platform;
    std::string policyId;
    auto operator<=>(const SeriesKey &) const = default;
};

// The measured series of the router: read once, then carried on by the ticks of the live stream,
// point by point what GET /series says. Where the service was down, or nothing was measured, there is
// a point without a value. After a reconnect the time in between is read again.
class SeriesStore : public QObject {
    Q_OBJECT
public:
    explicit SeriesStore(Connection *connection, QObject *parent = nullptr);

    // Keeps the last `seconds` of it from now on. Asking again with more reads more.
    void follow(const SeriesKey &key, qint64 seconds);
    // From one second to another, which stand still: nothing of it goes as time passes, nothing comes past its end.
    void followSpan(const SeriesKey &key, qint64 from, qint64 to);
    void unfollow(const SeriesKey &key);
    void refresh();

    // Times in milliseconds since 1970, ascending; empty while it is loading.
    const std::vector<TimedValue> &points(const SeriesKey &key) const;
    qint64 stepMs(const SeriesKey &key) const;
    bool isLoaded(const SeriesKey &key) const;
    const Error *error() const { return m_failed ? &m_error : nullptr; }

Q_SIGNALS:
    void changed(); // once a tick or answer, not once a point

private:
    struct Series {
        qint64 seconds = 0;
        qint64 from = 0; // of a span that stands still, and its end; else 0
        qint64 end = 0;
        qint64 stepSeconds = 1;
        qint64 upTo = 0; // second after the last one known
        bool loaded = false;
        int generation = 0;
        std::vector<TimedValue> points;
    };
    Series &begin(const SeriesKey &key, qint64 seconds);
    void forget(); // the values, not what is followed
    void load(const SeriesKey &key, qint64 from, qint64 to);
    void onSeries(const SeriesKey &key, qint64 from, qint64 to, const Result<RestReply> &reply);
    void onTick(const Json &data);
    void carryOn(const SeriesKey &key, Series &series, const Json &slots, qint64 second);
    static void put(Series &series, qint64 second, std::optional<double> value);
    static void trim(Series &series, qint64 second);

    Connection *m_connection;
    std::map<SeriesKey, Series> m_series;
    Error m_error;
    bool m_failed = false;
    int m_generation = 0; // of whatever is followed anew, so that no late answer is taken for another's
    qint64 m_lastReload = 0;
};

} // namespace crossfade
