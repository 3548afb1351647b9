// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/restclient.h"

#include <QFutureWatcher>
#include <QTest>

namespace crossfade::test {

inline RestCall callTo(const char *path)
{
    RestCall call;
    call.path = QLatin1String(path);
    call.timeout = std::chrono::milliseconds(400);
    return call;
}

// Counts how often a future ends and with how many results: exactly once, with one.
struct Ending {
    explicit Ending(const QFuture<Result<RestReply>> &future)
    {
        QObject::connect(&watcher, &QFutureWatcherBase::finished, [this] { ++finished; });
        watcher.setFuture(future);
    }
    bool wait() { return QTest::qWaitFor([this] { return finished > 0; }, 10'000); }
    Result<RestReply> result() { return watcher.result(); }
    QFutureWatcher<Result<RestReply>> watcher;
    int finished = 0;
};

} // namespace crossfade::test
