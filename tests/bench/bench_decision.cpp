// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// decide() at the size of a large enterprise, against one lookup of the same key in a bare hash map;
// a rule change in that snapshot, against copying as many bytes; the preview's pass over all users,
// against hashing the same ids once.
#include "models/routing/decision.h"
#include "models/routing/preview.h"
#include "tests/bench/bench.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>

namespace {
std::atomic<std::uint64_t> allocations{0};
}

void *operator new(std::size_t size)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void *memory = std::malloc(size)) return memory;
    std::abort();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

namespace crossfade {
namespace {

struct World {
    std::vector<std::string> users;
    Snapshot snapshot;
    boost::unordered_flat_map<std::string, std::uint64_t> bare;
    std::vector<std::size_t> order; // of the requests: random, so that caches do not help either side
};

Rule userRule(std::size_t number, const std::string &user)
{
    Rule rule;
    rule.id = "r" + std::to_string(number);
    rule.type = RuleType::User;
    rule.target = user;
    rule.platform = number % 2 == 0 ? Platform::New : Platform::Legacy;
    return rule;
}

void addRules(World &world, std::size_t userCount)
{
    std::vector<SnapshotChange> changes;
    for (std::size_t i = 0; i < userCount; ++i)
        changes.push_back(RuleChange{nullptr, std::make_shared<const Rule>(userRule(i, world.users[i]))});
    for (std::size_t i = 0; i < 10'000; ++i) {
        Rule rule = userRule(i, "system-" + std::to_string(i));
        rule.id = "s" + std::to_string(i);
        rule.type = RuleType::System;
        changes.push_back(RuleChange{nullptr, std::make_shared<const Rule>(rule)});
    }
    for (std::int64_t i = 0; i < 1'000; ++i) {
        Rule rule = userRule(static_cast<std::size_t>(i), {});
        rule.id = "t" + std::to_string(i);
        rule.type = RuleType::Time;
        rule.window = {instantFromMs(i * 3'600'000), instantFromMs(i * 3'600'000 + 1'800'000)};
        changes.push_back(RuleChange{nullptr, std::make_shared<const Rule>(rule)});
    }
    for (const char *system : {"*", "auth-web", "auth-api"}) {
        PolicyCover cover{std::string("p-") + system, system, system, Platform::New,
                          Percentage::fromHundredths(2500), std::string("salt-") + system, Platform::Legacy};
        changes.push_back(PolicyChange{cover.id, cover});
    }
    world.snapshot = Snapshot().changed(changes, 1);
}

World makeWorld(std::size_t userCount)
{
    World world;
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < userCount; ++i)
        world.users.push_back("user" + std::to_string(100'000 + i));
    addRules(world, userCount);
    for (std::size_t i = 0; i < userCount; ++i)
        world.bare[world.users[i]] = i;
    for (std::size_t i = 0; i < 1'000'000; ++i)
        world.order.push_back(random() % userCount);
    return world;
}

// Nanoseconds a request.
double decideAll(const World &world, std::uint64_t &sum)
{
    const double seconds = secondsOf([&] {
        for (const std::size_t i : world.order) {
            DecisionRequest request;
            request.userId = world.users[i];
            request.systemId = "auth-web";
            request.at = instantFromMs(1);
            sum += static_cast<std::uint64_t>(decide(world.snapshot, request).platform);
        }
    });
    return seconds * 1e9 / static_cast<double>(world.order.size());
}

// As a batch of requests is decided.
double decideInBatches(const World &world, std::uint64_t &sum)
{
    constexpr std::size_t Batch = 1'000;
    std::vector<DecisionRequest> requests(Batch);
    std::vector<Decision> decisions(Batch);
    const double seconds = secondsOf([&] {
        for (std::size_t first = 0; first + Batch <= world.order.size(); first += Batch) {
            for (std::size_t i = 0; i < Batch; ++i) {
                requests[i].userId = world.users[world.order[first + i]];
                requests[i].systemId = "auth-web";
                requests[i].at = instantFromMs(1);
            }
            decide(world.snapshot, requests, decisions);
            for (const Decision &decision : decisions)
                sum += static_cast<std::uint64_t>(decision.platform);
        }
    });
    return seconds * 1e9 / static_cast<double>(world.order.size());
}

double lookUpAll(const World &world, std::uint64_t &sum)
{
    const double seconds = secondsOf([&] {
        for (const std::size_t i : world.order)
            sum += world.bare.find(world.users[i])->second;
    });
    return seconds * 1e9 / static_cast<double>(world.order.size());
}

double changeRule(World &world, int round)
{
    const std::size_t i = static_cast<std::size_t>(round) * 7919 % world.users.size();
    const RulePtr before = world.snapshot.userRules(world.users[i]).front();
    Rule rule = *before;
    rule.platform = otherPlatform(rule.platform);
    const auto after = std::make_shared<const Rule>(rule);
    return secondsOf([&] { world.snapshot = world.snapshot.changed(RuleChange{before, after}, round + 2); }) *
           1e6;
}

double hashAll(const World &world, std::uint64_t &sum)
{
    return 1e3 * secondsOf([&] {
        for (const std::string &user : world.users)
            sum += static_cast<std::uint64_t>(stickyBucket(user, "salt"));
    });
}

Snapshot withShare(const Snapshot &snapshot, std::int64_t hundredths)
{
    PolicyCover cover = *snapshot.policy("p-auth-web");
    cover.percentage = Percentage::fromHundredths(hundredths);
    return snapshot.changed(PolicyChange{cover.id, cover}, 99);
}

// What a preview does with every known user, at a moment of which no time rule says anything.
double previewAll(const World &world, const Snapshot &before, const Snapshot &after, std::uint64_t &sum)
{
    PreviewCounter counter({before, after, "auth-web", instantFromMs(2'000'000)});
    std::array<std::string_view, PreviewCounter::AtOnce> ids;
    std::array<Direction, PreviewCounter::AtOnce> directions{};
    return 1e3 * secondsOf([&] {
        for (std::size_t first = 0; first < world.users.size(); first += ids.size()) {
            const std::size_t count = std::min(ids.size(), world.users.size() - first);
            std::copy_n(world.users.begin() + static_cast<std::ptrdiff_t>(first), count, ids.begin());
            counter.addKnown(std::span(ids.data(), count), directions);
            for (std::size_t i = 0; i < count; ++i)
                sum += static_cast<std::uint64_t>(directions[i]);
        }
    });
}

// Of the same users, one in a hundred with a rule of their own: what a running migration looks like.
Snapshot fewRules(const World &world)
{
    std::vector<SnapshotChange> changes;
    for (std::size_t i = 0; i < world.users.size(); i += 100)
        changes.push_back(RuleChange{nullptr, std::make_shared<const Rule>(userRule(i, world.users[i]))});
    for (const PolicyCover &cover : world.snapshot.policies())
        changes.push_back(PolicyChange{cover.id, cover});
    return Snapshot().changed(changes, 1);
}

int run(const BenchOptions &options)
{
    World world = makeWorld(options.isShort ? 50'000 : 1'000'000);
    std::uint64_t sum = 0;
    compare({"decision", "ns", "bare lookup", [&] { return decideAll(world, sum); },
             [&] { return lookUpAll(world, sum); }},
            options);
    compare({"decision, batches of 1 000", "ns", "bare lookup", [&] { return decideInBatches(world, sum); },
             [&] { return lookUpAll(world, sum); }},
            options);
    const std::uint64_t before = allocations.load();
    decideAll(world, sum);
    const std::uint64_t during = allocations.load() - before;
    report("decision: allocations", static_cast<double>(during), "in 1 M", options);
    int round = 0;
    std::vector<char> bytes(world.users.size() * sizeof(Rule));
    std::vector<char> copy(bytes.size());
    compare({"snapshot: one rule changed", "us", "copying all", [&] { return changeRule(world, ++round); },
             [&] { return 1e6 * secondsOf([&] { std::memcpy(copy.data(), bytes.data(), bytes.size()); }); }},
            options);
    const Snapshot few = fewRules(world);
    const auto preview = [&](const std::string &name, const Snapshot &snapshot, std::int64_t from, std::int64_t to) {
        const Snapshot before = withShare(snapshot, from);
        const Snapshot after = withShare(snapshot, to);
        compare({name, "ms", "hashing the ids", [&] { return previewAll(world, before, after, sum); },
                 [&] { return hashAll(world, sum); }},
                options);
    };
    preview("preview, 1 % with a rule", few, 2'500, 3'000);
    preview("preview, each with a rule", world.snapshot, 2'500, 3'000);
    // Whose answer may differ is everybody: what the first preview of a dragged slider asks.
    preview("preview of it all, 1 % with a rule", few, 0, 10'000);
    preview("preview of it all, each with one", world.snapshot, 0, 10'000);
    std::printf("(checksum %llu)\n", static_cast<unsigned long long>(sum));
    return during == 0 ? 0 : 1;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    return crossfade::run(crossfade::parseBenchOptions(argc, argv));
}
