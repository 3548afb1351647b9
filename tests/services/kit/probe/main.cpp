// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The smallest service there can be: what the kit's tests drive over real sockets.

#include "app/service/service.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace crossfade {

namespace {

Json itemJson(const SqlRow &row) {
    return {{"id", row.text(0)}, {"name", row.text(1)}, {"version", row.integer(2)}};
}

Result<SqlRow> findItem(Database &database, const std::string &id) {
    auto rows = database.query("SELECT id, name, version FROM items WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no item " + id);
    return rows->front();
}

Result<std::string> nameOf(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    std::string name = in.name("name");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return name;
}

Result<HttpResponse> addItem(const HttpRequest &request, WriteTransaction &transaction) {
    const auto name = nameOf(request);
    if (!name) return fail(name.error());
    const std::string id = transaction.newId();
    auto added = transaction.db().execute("INSERT INTO items (id, name, version) VALUES (?, ?, 1)",
                                          {id, *name});
    if (!added) return fail(added.error());
    const Json item{{"id", id}, {"name", *name}, {"version", 1}};
    transaction.emit("item.changed", {{"item", item}});
    transaction.audit({"item.create", "item", id, nullptr, item, request.reason});
    return HttpResponse::object(item, 1, 201);
}

Result<HttpResponse> changeItem(const HttpRequest &request, WriteTransaction &transaction) {
    const auto name = nameOf(request);
    if (!name) return fail(name.error());
    const auto row = findItem(transaction.db(), request.parameter("id"));
    if (!row) return fail(row.error());
    const auto version = request.ifMatch();
    if (!version) return fail(version.error());
    if (*version != row->integer(2))
        return fail(ErrorKind::Stale, "the item was changed meanwhile");
    const Json after{{"id", row->text(0)}, {"name", *name}, {"version", *version + 1}};
    auto changed = transaction.db().execute("UPDATE items SET name = ?, version = ? WHERE id = ?",
                                            {*name, *version + 1, row->text(0)});
    if (!changed) return fail(changed.error());
    transaction.emit("item.changed", {{"item", after}});
    transaction.audit({"item.change", "item", row->text(0), itemJson(*row), after, request.reason});
    return HttpResponse::object(after, *version + 1);
}

Result<HttpResponse> listItems(const HttpRequest &request, Database &reader) {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto rows =
        reader.query("SELECT id, name, version FROM items WHERE name > ? ORDER BY name LIMIT ?",
                     {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    const auto total = reader.query("SELECT count(*) FROM items");
    if (!total) return fail(total.error());
    Json items = Json::array();
    std::optional<std::string> next;
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            next = items.back().at("name").get<std::string>();
            break;
        }
        items.push_back(itemJson(row));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), next, total->front().integer(0)));
}

HttpResponse echo(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return HttpResponse::problem(body.error(), request.requestId);
    return HttpResponse::json({{"bytes", request.body.size()}, {"reason", request.reason}});
}

class Probe : public Service::Part {
public:
    explicit Probe(Service &service)
        : m_service(service) {}

    void addRoutes(RouteTable &routes) override {
        RouteRules reads;
        reads.roles = {Role::Viewer};
        RouteRules pages = reads;
        pages.query = {"limit", "cursor"};
        RouteRules writes;
        writes.roles = {Role::Operator};
        RouteRules changes = writes;
        changes.ifMatch = true;
        RouteRules acts = writes;
        acts.reasonRequired = true;
        RouteRules uploads = writes;
        uploads.streamsBody = true;
        uploads.bodyLimit = 32 << 20;
        uploads.contentTypes = "application/x-ndjson, text/plain";
        routes.write("POST", "/api/v1/items", writes, addItem);
        routes.read("GET", "/api/v1/items", pages, listItems);
        routes.read("GET", "/api/v1/items/{id}", reads,
                    [](const HttpRequest &request, Database &reader) -> Result<HttpResponse> {
                        const auto row = findItem(reader, request.parameter("id"));
                        if (!row) return fail(row.error());
                        return HttpResponse::object(itemJson(*row), row->integer(2));
                    });
        routes.write("PUT", "/api/v1/items/{id}", changes, changeItem);
        routes.loop("POST", "/api/v1/echo", writes, echo);
        routes.loop("POST", "/api/v1/act", acts, echo);
        routes.loop("POST", "/api/v1/upload", uploads, [](const HttpRequest &request) {
            return HttpResponse::json({{"bytes", request.body.size()}});
        });
        routes.loop("POST", "/api/v1/tick", acts, [this](const HttpRequest &request) {
            m_service.broadcast("probe.tick", {{"text", request.reason}});
            return HttpResponse::noContent();
        });
        addFailing(routes, writes);
        addSlow(routes, writes);
    }

    std::vector<Service::Dependency> dependencies() override {
        return {{"probe", [this]() -> Result<void> {
                     if (m_broken) return fail(ErrorKind::Unavailable, "broken on purpose");
                     return {};
                 }}};
    }

private:
    // Work that lasts until it is let go.
    void addSlow(RouteTable &routes, const RouteRules &writes) {
        routes.work("POST", "/api/v1/hold", writes, [this](const HttpRequest &) {
            std::unique_lock lock(m_mutex);
            ++m_held;
            m_released.wait_for(lock, std::chrono::seconds(25), [this] { return m_letGo; });
            return HttpResponse::noContent();
        });
        routes.loop("GET", "/api/v1/held", writes, [this](const HttpRequest &) {
            const std::lock_guard lock(m_mutex);
            return HttpResponse::json({{"held", m_letGo ? 0 : m_held}});
        });
        routes.loop("POST", "/api/v1/let-go", writes, [this](const HttpRequest &) {
            const std::lock_guard lock(m_mutex);
            m_letGo = true;
            m_released.notify_all();
            return HttpResponse::noContent();
        });
    }
    void addFailing(RouteTable &routes, const RouteRules &writes) {
        routes.loop("POST", "/api/v1/break", writes, [this](const HttpRequest &) {
            m_broken = true;
            return HttpResponse::noContent();
        });
        routes.write(
            "POST", "/api/v1/fail-late", writes,
            [](const HttpRequest &request, WriteTransaction &transaction) -> Result<HttpResponse> {
                auto added = addItem(request, transaction);
                if (!added) return added;
                return fail(ErrorKind::Internal, "failed after the insert");
            });
    }

    Service &m_service;
    std::atomic<bool> m_broken = false;
    std::mutex m_mutex;
    std::condition_variable m_released;
    int m_held = 0;
    bool m_letGo = false;
};

} // namespace

} // namespace crossfade

int main(int argc, char **argv) {
    using namespace crossfade;
    return Service::run(argc, argv, {"probe", "crossfade-probe", "0.1.0", "probe.yaml", true}, {},
                        [](Service &service) -> Result<std::unique_ptr<Service::Part>> {
                            return std::make_unique<Probe>(service);
                        });
}
