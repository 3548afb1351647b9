// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/fingerprint.h"

#include "app/service/crypto.h"
#include "models/consistency/normalform.h"
#include "models/core/ids.h"

#include <openssl/hmac.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace crossfade {

namespace {

constexpr std::size_t KeyBytes = 32;
constexpr std::size_t MostShownBytes = 16'384;

std::string hexText(std::string_view bytes)
{
    static constexpr char Digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += Digits[static_cast<unsigned char>(c) >> 4];
        text += Digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

// Under another name first, so that a death in between leaves no short key behind.
Result<void> writeKey(const std::filesystem::path &file, const std::string &key)
{
    const std::string draft = file.string() + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return fail(ErrorKind::Internal, "the key file " + draft + " cannot be written");
    const bool written =
        ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
    ::close(fd);
    std::error_code problem;
    if (written) std::filesystem::rename(draft, file, problem);
    if (!written || problem) return fail(ErrorKind::Internal, "the key file cannot be written");
    return {};
}

std::string cut(const std::string &text)
{
    if (text.size() <= MostShownBytes) return text;
    std::size_t end = MostShownBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + "\u2026 (" + std::to_string(text.size()) + " bytes)";
}

} // namespace

Result<Fingerprint> Fingerprint::open(const std::filesystem::path &directory)
{
    Fingerprint self;
    const std::filesystem::path file = directory / "fingerprint.key";
    if (std::filesystem::exists(file)) {
        std::ifstream in(file, std::ios::binary);
        self.m_key.resize(KeyBytes);
        in.read(self.m_key.data(), KeyBytes);
        if (in.gcount() != KeyBytes)
            return fail(ErrorKind::Internal, "the key file " + file.string() + " is damaged");
        return self;
    }
    self.m_key = randomBytes(KeyBytes);
    if (Result<void> written = writeKey(file, self.m_key); !written) return fail(written.error());
    return self;
}

std::string Fingerprint::digest(std::string_view text) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    HMAC(EVP_sha256(), m_key.data(), static_cast<int>(m_key.size()),
         reinterpret_cast<const unsigned char *>(text.data()), text.size(), out.data(), &size);
    return hexText({reinterpret_cast<const char *>(out.data()), 16});
}

std::string Fingerprint::ofRow(const std::vector<MappedField> &compared, const KeyedRow *row, Platform side) const
{
    return row ? digest(encodeRow(compared, *row, side)) : std::string();
}

Json Fingerprint::shown(const MappedField &field, const Cell &value, Platform side) const
{
    if (!value) return nullptr;
    if (field.sensitive) {
        std::string text = "value ";
        appendEncoded(text, field.name);
        appendEncoded(text, normalForm(field, side, value));
        return "fingerprint " + digest(text).substr(0, 16);
    }
    if (!isValidUtf8(*value)) return cut("bytes " + hexText(*value));
    return cut(*value);
}

Json Fingerprint::shownRow(const std::vector<MappedField> &compared, const KeyedRow *row, Platform side) const
{
    if (!row) return nullptr;
    Json result = Json::object();
    for (std::size_t i = 0; i < compared.size() && i < row->cells.size(); ++i)
        result[compared[i].name] = shown(compared[i], row->cells[i], side);
    return result;
}

} // namespace crossfade
