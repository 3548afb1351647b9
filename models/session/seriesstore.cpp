// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/seriesstore.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>

#include <algorithm>

namespace crossfade {

namespace {

constexpr qint64 MostPoints = 1'800;   // of one answer; the service gives at most 2 000
constexpr qint64 FinestRange = 3'600;  // up to here every second is kept
constexpr qint64 Unsettled = 6;        // seconds whose slots may still be on their way
constexpr qint64 CoarseEvery = 10;     // seconds between readings of a coarse series

qint64 nowSecond()
{
    return QDateTime::currentMSecsSinceEpoch() / 1000;
}

QString instantText(qint64 second)
{
    return toText(formatInstant(instantFromMs(second * 1000)));
}

qint64 secondOf(const std::string &text)
{
    return toMs(parseInstant(text).value_or(Instant())) / 1000;
}

// What a tick's slot says of a series; a series that ticks don't carry has no field.
const char *tickField(const SeriesKey &key)
{
    if (key.metric == "authentication_success_rate")
        return "success_rate";
    if (key.metric == "authorization_latency") {
        for (const char *statistic : {"p50", "p95", "p99"}) {
            if (key.statistic == statistic)
                return statistic;
        }
    }
    return key.metric == "share_new" || key.metric == "request_rate" ? "count" : nullptr;
}

struct Counted {
    std::optional<double> value;
    double fresh = 0;
    double all = 0;
};

} // namespace

SeriesStore::SeriesStore(Connection *connection, QObject *parent)
    : QObject(parent), m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            refresh();
    });
    connect(m_connection, &Connection::reachChanged, this, [this](ServiceName service, Reach reach) {
        if (service == ServiceName::Router && reach == Reach::Live)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, &SeriesStore::forget);
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router && event.type == "metrics.tick")
                    onTick(event.data);
            });
}

void SeriesStore::follow(const SeriesKey &key, qint64 seconds)
{
    const auto known = m_series.find(key);
    if (known != m_series.end() && known->second.end == 0 && known->second.seconds + 3 * Unsettled >= seconds &&
        (known->second.stepSeconds == 1) == (seconds <= FinestRange))
        return;
    Series &series = begin(key, seconds);
    const qint64 to = nowSecond();
    series.upTo = (to - series.seconds) / series.stepSeconds * series.stepSeconds;
    load(key, series.upTo, to);
}

void SeriesStore::followSpan(const SeriesKey &key, qint64 from, qint64 to)
{
    const auto known = m_series.find(key);
    if (known != m_series.end() && known->second.end == to && known->second.from == from)
        return;
    // How finely it is kept depends on how long ago it began.
    Series &series = begin(key, std::max<qint64>(1, nowSecond() - from));
    series.from = from;
    series.end = to;
    series.upTo = from / series.stepSeconds * series.stepSeconds;
    load(key, series.upTo, nowSecond());
}

SeriesStore::Series &SeriesStore::begin(const SeriesKey &key, qint64 seconds)
{
    Series &series = m_series[key];
    series = Series();
    series.generation = ++m_generation;
    series.seconds = seconds;
    series.stepSeconds = seconds <= FinestRange && tickField(key) != nullptr
        ? 1
        : std::max<qint64>(1, (seconds + MostPoints - 1) / MostPoints);
    if (seconds > FinestRange)
        series.stepSeconds = (series.stepSeconds + 59) / 60 * 60; // what the service keeps for a day
    // The service keeps single seconds for an hour: a reading that starts earlier comes in tens.
    if (series.stepSeconds == 1)
        series.seconds = std::min(seconds, FinestRange - 3 * Unsettled);
    return series;
}

void SeriesStore::unfollow(const SeriesKey &key)
{
    m_series.erase(key);
}

void SeriesStore::refresh()
{
    const qint64 to = nowSecond();
    for (auto &[key, series] : m_series) {
        const qint64 known = series.loaded ? series.upTo - Unsettled : 0;
        load(key, std::max(known, series.end > 0 ? series.from : to - series.seconds), to);
    }
}

void SeriesStore::forget()
{
    for (auto &[key, series] : m_series) {
        series.points.clear();
        series.loaded = false;
        series.upTo = series.end > 0 ? series.from : nowSecond() - series.seconds;
        series.generation = ++m_generation; // what is still under way is of no use
    }
    m_failed = false;
    Q_EMIT changed();
}

const std::vector<TimedValue> &SeriesStore::points(const SeriesKey &key) const
{
    static const std::vector<TimedValue> none;
    const auto found = m_series.find(key);
    return found == m_series.end() ? none : found->second.points;
}

qint64 SeriesStore::stepMs(const SeriesKey &key) const
{
    const auto found = m_series.find(key);
    return found == m_series.end() ? 1000 : found->second.stepSeconds * 1000;
}

bool SeriesStore::isLoaded(const SeriesKey &key) const
{
    const auto found = m_series.find(key);
    return found != m_series.end() && found->second.loaded;
}

void SeriesStore::load(const SeriesKey &key, qint64 from, qint64 to)
{
    const Series &series = m_series[key];
    if (series.end > 0)
        to = std::min(to, series.end);
    const qint64 end = std::min(to, from + MostPoints * series.stepSeconds);
    if (end <= from)
        return;
    RestCall call;
    call.path = QStringLiteral("/api/v1/series");
    call.mustArrive = true;
    addQuery(call, "metric", toText(key.metric));
    addQuery(call, "statistic", toText(key.statistic));
    if (!key.platform.empty())
        addQuery(call, "platform", toText(key.platform));
    if (!key.policyId.empty())
        addQuery(call, "policy_id", toText(key.policyId));
    addQuery(call, "from", instantText(from));
    addQuery(call, "to", instantText(end));
    addQuery(call, "step", QString::number(series.stepSeconds));
    m_connection->get(ServiceName::Router, call, this,
                      [this, key, end, to, generation = series.generation](const Result<RestReply> &reply) {
                          const auto found = m_series.find(key);
                          if (found != m_series.end() && found->second.generation == generation)
                              onSeries(key, end, to, reply);
                      });
}

void SeriesStore::onSeries(const SeriesKey &key, qint64 end, qint64 to, const Result<RestReply> &reply)
{
    m_failed = !reply;
    if (!reply) {
        m_error = reply.error();
        Q_EMIT changed();
        return;
    }
    Series &series = m_series[key];
    const std::vector<std::string> times = jsonTexts(reply->body, "t");
    const Json &values = jsonAt(reply->body, "value");
    for (std::size_t i = 0; i < times.size() && values.is_array() && i < values.size(); ++i) {
        const Json &value = values[i];
        put(series, secondOf(times[i]), value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
    }
    series.upTo = std::max(series.upTo, end);
    if (end < to) {
        load(key, end, to);
        return;
    }
    series.loaded = true;
    trim(series, to);
    Q_EMIT changed();
}

void SeriesStore::put(Series &series, qint64 second, std::optional<double> value)
{
    const std::int64_t at = second * 1000;
    auto place = std::lower_bound(series.points.begin(), series.points.end(), at,
                                  [](const TimedValue &point, std::int64_t t) { return point.at < t; });
    if (place != series.points.end() && place->at == at)
        place->value = value;
    else
        series.points.insert(place, {at, value});
}

void SeriesStore::trim(Series &series, qint64 second)
{
    const qint64 from = series.end > 0 ? series.from / series.stepSeconds * series.stepSeconds : second - series.seconds;
    const std::int64_t oldest = from * 1000;
    const auto first = std::find_if(series.points.begin(), series.points.end(),
                                    [&](const TimedValue &point) { return point.at >= oldest; });
    series.points.erase(series.points.begin(), first);
}

void SeriesStore::onTick(const Json &data)
{
    const qint64 second = toMs(jsonInstant(data, "at").value_or(Instant())) / 1000;
    if (second == 0)
        return;
    const bool coarseDue = second - m_lastReload >= CoarseEvery;
    if (coarseDue)
        m_lastReload = second;
    for (auto &[key, series] : m_series) {
        if (!series.loaded || (series.end > 0 && second > series.end + 2 * CoarseEvery))
            continue;
        if (series.stepSeconds == 1 && tickField(key) != nullptr)
            carryOn(key, series, jsonAt(data, "slots"), second);
        else if (coarseDue)
            load(key, (series.upTo - Unsettled) / series.stepSeconds * series.stepSeconds, second);
    }
    Q_EMIT changed();
}

void SeriesStore::carryOn(const SeriesKey &key, Series &series, const Json &slots, qint64 second)
{
    const char *field = tickField(key);
    std::map<qint64, Counted> told;
    for (std::size_t i = 0; slots.is_array() && i < slots.size(); ++i) {
        const Json &slot = slots[i];
        const qint64 at = secondOf(jsonText(slot, "t"));
        if (at == 0)
            continue;
        Counted &counted = told[at]; // whoever it is about: this second is finished
        if (jsonText(slot, "policy_id") != key.policyId)
            continue;
        const std::string platform = jsonText(slot, "platform");
        const double count = jsonOptionalNumber(slot, "count").value_or(0);
        counted.all += count;
        counted.fresh += platform == "NEW" ? count : 0;
        if (key.platform.empty() || platform == key.platform)
            counted.value = jsonOptionalNumber(slot, field);
    }
    // Too much is missing for ticks to fill: somebody was away.
    const qint64 finished = told.empty() ? second - Unsettled : std::max(told.rbegin()->first, second - Unsettled);
    if (!told.empty() && told.begin()->first > series.upTo + 2 * Unsettled) {
        load(key, series.upTo - Unsettled, second);
        return;
    }
    for (qint64 at = series.upTo; at <= finished; ++at) {
        if (!told.contains(at))
            put(series, at, std::nullopt);
    }
    for (const auto &[at, counted] : told) {
        if (key.metric == "share_new")
            put(series, at, counted.all > 0 ? std::optional(100.0 * counted.fresh / counted.all) : std::nullopt);
        else
            put(series, at, counted.value);
    }
    series.upTo = std::max(series.upTo, finished + 1);
    trim(series, second);
}

} // namespace crossfade
