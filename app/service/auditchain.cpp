// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/auditchain.h"

#include "app/service/crypto.h"
#include "app/service/killpoint.h"

#include <array>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

namespace {

// "<sequence, 20 digits> <hash> <check, 16 hex digits>\n"
constexpr std::size_t SlotBytes = 20 + 1 + 64 + 1 + 16 + 1;

std::string slotText(const ChainHead &head)
{
    std::array<char, 24> number{};
    std::snprintf(number.data(), number.size(), "%020lld", static_cast<long long>(head.sequence));
    const std::string content = std::string(number.data()) + " " + head.hash;
    return content + " " + sha256Hex(content).substr(0, 16) + "\n";
}

std::optional<ChainHead> parseSlot(const std::string &slot)
{
    if (slot.size() != SlotBytes) return std::nullopt;
    ChainHead head{std::strtoll(slot.substr(0, 20).c_str(), nullptr, 10), slot.substr(21, 64)};
    if (slotText(head) != slot) return std::nullopt;
    return head;
}

bool writeAll(int file, std::string_view data, off_t offset)
{
    while (!data.empty()) {
        const ssize_t count = ::pwrite(file, data.data(), data.size(), offset);
        if (count <= 0) return false;
        data.remove_prefix(static_cast<std::size_t>(count));
        offset += count;
    }
    return true;
}

// What this service wrote; anything else was put there by somebody, and breaks the chain.
Json storedJson(const std::string &text)
{
    constexpr int MostDepth = 1'000;
    auto json = parseJson(text, MostDepth);
    return json ? std::move(*json) : Json(Json::value_t::discarded);
}

} // namespace

std::string chainHash(const std::string &previous, const Json &entry)
{
    return sha256Hex(previous + "\n" + dumpJson(entry));
}

Json auditEntryJson(const SqlRow &row)
{
    return {{"seq", row.integer(0)},
            {"id", row.text(1)},
            {"at", formatInstant(instantFromMs(row.integer(2)))},
            {"epoch", row.integer(3)},
            {"subject", row.text(4)},
            {"action", row.text(5)},
            {"object_type", row.text(6)},
            {"object_id", row.text(7)},
            {"before", storedJson(row.text(8))},
            {"after", storedJson(row.text(9))},
            {"reason", row.text(10)},
            {"request_id", row.text(11)},
            {"hash", row.text(12)}};
}

std::optional<ChainHead> AuditHeadFile::slot(int number) const
{
    const int file = ::open(m_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::string text(SlotBytes, '\0');
    const ssize_t count = ::pread(file, text.data(), SlotBytes, number * static_cast<off_t>(SlotBytes));
    ::close(file);
    if (count != static_cast<ssize_t>(SlotBytes)) return std::nullopt;
    return parseSlot(text);
}

std::optional<ChainHead> AuditHeadFile::read() const
{
    const auto first = slot(0);
    const auto second = slot(1);
    if (!first || !second) return first ? first : second;
    return second->sequence > first->sequence ? second : first;
}

Result<void> AuditHeadFile::write(const ChainHead &head)
{
    const int file = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return fail(ErrorKind::Unavailable, "cannot write " + m_file.string());
    const std::string text = slotText(head);
    const auto newest = read();
    const off_t offset = newest && newest == slot(0) ? static_cast<off_t>(SlotBytes) : 0;
    const std::string_view view = text;
    bool good = writeAll(file, view.substr(0, SlotBytes / 2), offset);
    killPoint("audit.mid-head");
    good = good && writeAll(file, view.substr(SlotBytes / 2),
                            offset + static_cast<off_t>(SlotBytes / 2));
    good = good && ::fdatasync(file) == 0;
    ::close(file);
    if (!good) return fail(ErrorKind::Unavailable, "cannot write " + m_file.string());
    return {};
}

} // namespace crossfade
