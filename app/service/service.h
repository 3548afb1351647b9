// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "app/service/leadership.h"
#include "app/service/store.h"
#include "app/service/takeups.h"

#include <CLI/CLI.hpp>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// What every service has: options, store, tokens, HTTP server with the standard routes (session,
// events, audit, healthz, readyz, metrics, openapi.yaml), event stream, clean stop.
class Service {
public:
    struct Identity {
        std::string name;    // "router", "comparator"
        std::string program; // "crossfade-router"
        std::string version;
        std::string openapi; // file under resources/openapi
        bool postgres = false; // its store may stand in a PostgreSQL database
        bool replicas = false; // which several of it may then use together: it has a table `leader`
    };
    struct Dependency { // for /readyz
        std::string name;
        std::function<Result<void>()> check;
        std::string about = {}; // shown while the check is good
        std::function<std::string()> tell = {}; // the same, asked each time
    };
    // The service's own part, built once the store is open.
    class Part {
    public:
        virtual ~Part() = default;
        virtual void addRoutes(RouteTable &routes) = 0;
        virtual std::vector<Dependency> dependencies() { return {}; }
        // What other replicas committed, in a transaction that sees it: brings what is held in memory up
        // to date. On the writer thread.
        virtual Result<void> takeUp(Database &, const TakenUp &) { return {}; }
        virtual void refreshMetrics() {} // before /metrics is told: brings gauges up to date
        virtual Result<void> start() { return {}; } // threads, timers; the server answers after it
        virtual void stop() {}                      // bounded: under 1.5 s
    };
    using MakePart = std::function<Result<std::unique_ptr<Part>>(Service &)>;

    virtual ~Service() = default;
    virtual Store &store() = 0;
    virtual prometheus::Registry &metrics() = 0;
    // An event without id and without replay (`metrics.tick`, `check.progress`). Any thread.
    virtual void broadcast(std::string_view type, const Json &data) = 0;
    // Runs `act` on a timer thread of the service's own (not the network loop) every `interval`.
    virtual void every(std::chrono::milliseconds interval, std::function<void()> act) = 0;
    // The same on a thread that nothing else shares: what others wait for does not delay it.
    virtual void everyAlone(std::chrono::milliseconds interval, std::function<void()> act)
    {
        every(interval, std::move(act));
    }
    // Who does what only one of several replicas may do.
    virtual Leadership &leadership()
    {
        static OnlyLeader alone;
        return alone;
    }
    virtual std::string resourceDirectory() const = 0;
    virtual std::string dataDirectory() const = 0; // the service's own, where its store stands

    // Parses the command line (serve, token add|list|revoke, backup, restore), runs, answers the
    // exit code. `addOptions` adds the service's own options to `serve`.
    static int run(int argc, char **argv, Identity identity,
                   std::function<void(CLI::App &serve)> addOptions, MakePart makePart);
};

} // namespace crossfade
