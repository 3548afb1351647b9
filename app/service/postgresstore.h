// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/postgresconnect.h"
#include "app/service/servicestore.h"

#include <atomic>
#include <functional>

namespace crossfade {

PostgresTarget postgresTarget(const StoreOptions &options);
// The same for what may take minutes: migrations, copies.
PostgresTarget patient(PostgresTarget target);
// Ties a folder to the store of that identity: its audit head is of no other.
Result<void> writeStoreId(const std::filesystem::path &folder, const std::string &uuid);

// A PostgreSQL database. The folder still holds what must not stand in the store: the audit head, and
// whose head it is.
class PostgresStore : public ServiceStore {
public:
    static Result<std::unique_ptr<PostgresStore>> open(StoreOptions options, Environment environment);

    Result<std::unique_ptr<StoreConnection>> openReader() const override;
    std::string engine() const override { return "PostgreSQL"; }
    void keepTime() override;
    std::optional<PostgresTarget> shared() const override { return postgresTarget(m_options); }
    double sizeInBytes() override;

protected:
    Result<std::unique_ptr<StoreConnection>> openWriter() override;
    Result<void> checkNewFolder() override;
    Result<void> checkFolder(StoreConnection &database, const ChainHead &inside) override;
    std::string place() const override;

private:
    Failure foreignFolder() const;
    Result<void> joinRestored(StoreConnection &database, const ChainHead &inside);
    void learnTime(Database &database);
    PostgresStore(StoreOptions options, Environment environment);

    const std::function<Instant()> m_ownNow; // by the clock of this machine
    std::shared_ptr<std::atomic<std::int64_t>> m_ahead = std::make_shared<std::atomic<std::int64_t>>(0); // ms
};

} // namespace crossfade
