// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/mail.h"

#include "app/service/crypto.h"

#include <curl/curl.h>
#include <date/date.h>

#include <algorithm>
#include <array>
#include <memory>

namespace crossfade {

namespace {

constexpr std::size_t LongestAddress = 254; // RFC 5321
constexpr std::size_t LineOfBase64 = 76;    // RFC 2045

struct Upload {
    std::string text;
    std::size_t sent = 0;
};

std::size_t giveText(char *target, std::size_t size, std::size_t count, void *source)
{
    auto *upload = static_cast<Upload *>(source);
    const std::size_t now = std::min(size * count, upload->text.size() - upload->sent);
    std::copy_n(upload->text.data() + upload->sent, now, target);
    upload->sent += now;
    return now;
}

int goOnWithMail(void *flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::atomic<bool> *>(flag)->load() ? 1 : 0;
}

// RFC 2047: words of at most 75 characters; none is cut within a character.
std::string encodedHeader(std::string_view text)
{
    constexpr std::size_t BytesAWord = 39; // with the name of the header before it
    std::string result;
    while (!text.empty()) {
        std::size_t length = std::min(text.size(), BytesAWord);
        while (length < text.size() && length > 1 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
            --length;
        if (!result.empty()) result += "\r\n ";
        result += "=?UTF-8?B?" + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return result;
}

std::string wrapped(const std::string &text)
{
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += LineOfBase64)
        lines += text.substr(at, LineOfBase64) + "\r\n";
    return lines;
}

std::string urlOf(const MailServer &server)
{
    const bool tls = server.security == MailSecurity::Tls;
    std::string url = (tls ? "smtps://" : "smtp://") + server.host;
    const std::size_t colon = server.host.rfind(':');
    const bool hasPort = colon != std::string::npos && server.host.find(']', colon) == std::string::npos;
    if (!hasPort && server.security == MailSecurity::StartTls) url += ":587";
    return url; // libcurl's own: 25, 465
}

class Recipients {
public:
    explicit Recipients(const std::vector<std::string> &addresses)
    {
        for (const std::string &address : addresses)
            m_list = curl_slist_append(m_list, ("<" + address + ">").c_str());
    }
    ~Recipients() { curl_slist_free_all(m_list); }
    Recipients(const Recipients &) = delete;
    Recipients &operator=(const Recipients &) = delete;
    curl_slist *get() const { return m_list; }

private:
    curl_slist *m_list = nullptr;
};

// What the server said against it, in its own words: the only reason that helps somebody. Lines of one answer
// stand side by side. That all is well again ends it, but not the farewell (221), which libcurl waits for even so.
class Refusal {
public:
    explicit Refusal(const MailServer &server)
    {
        if (server.password.empty()) return;
        const std::string plain = std::string(1, '\0') + server.user + std::string(1, '\0') + server.password;
        m_secrets = {base64(plain), base64(server.password), server.password};
    }
    void take(std::string_view line)
    {
        constexpr std::size_t Most = 300;
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
            line.remove_suffix(1);
        if (line.size() < CodeLength) return;
        const std::string_view code = line.substr(0, CodeLength);
        if (code.front() != '4' && code.front() != '5') {
            if (code != "221") m_text.clear();
            return;
        }
        if (!m_goesOn || !m_text.starts_with(code)) m_text = code;
        m_goesOn = line.substr(CodeLength).starts_with('-');
        line.remove_prefix(std::min(line.size(), CodeLength + 1));
        if (m_text.size() < Most) m_text += cut(" " + withoutSecrets(std::string(line)), Most - m_text.size());
    }
    const std::string &text() const { return m_text; }

private:
    static constexpr std::size_t CodeLength = 3;

    // A server may repeat what it did not understand, a login among it.
    std::string withoutSecrets(std::string text) const
    {
        for (const std::string &secret : m_secrets) {
            for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
                text.replace(at, secret.size(), "***");
        }
        return text;
    }
    // Not within a character, should it be UTF-8.
    static std::string cut(std::string text, std::size_t most)
    {
        if (text.size() <= most) return text;
        for (int i = 0; i < 3 && most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80; ++i)
            --most;
        return text.substr(0, most);
    }

    std::vector<std::string> m_secrets; // as a login sends them, the longest first
    std::string m_text;
    bool m_goesOn = false;
};

// Which recipients were refused: libcurl goes on with the others and only says so where none is left. It names
// each before the server answers, one after the other.
struct Dialogue {
    explicit Dialogue(const MailServer &server) : refusal(server) {}

    Refusal refusal;
    std::string recipient; // that is being answered; "" otherwise
    std::vector<std::string> refused;
};

std::size_t keepRefusal(char *data, std::size_t size, std::size_t count, void *target)
{
    auto &dialogue = *static_cast<Dialogue *>(target);
    const std::string_view line(data, size * count);
    dialogue.refusal.take(line);
    constexpr std::size_t Code = 3;
    const bool goesOn = line.size() > Code && line[Code] == '-'; // of several lines the last one ends the answer
    if (dialogue.recipient.empty() || goesOn) return size * count;
    if (!dialogue.refusal.text().empty()) dialogue.refused.push_back(dialogue.recipient + ": " + dialogue.refusal.text());
    dialogue.recipient.clear();
    return size * count;
}

int followDialogue(CURL *, curl_infotype type, char *data, std::size_t size, void *target)
{
    constexpr std::string_view Verb = "RCPT TO:<";
    const std::string_view said(data, size);
    if (type != CURLINFO_HEADER_OUT || !said.starts_with(Verb)) return 0;
    const std::string_view address = said.substr(Verb.size());
    static_cast<Dialogue *>(target)->recipient = address.substr(0, address.find('>'));
    return 0;
}

} // namespace

bool isMailAddress(std::string_view text)
{
    const std::size_t at = text.find('@');
    if (text.size() > LongestAddress || at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
    return text.find('@', at + 1) == std::string_view::npos && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < '\x7F' && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
    });
}

std::string mailText(const Mail &mail)
{
    std::string to;
    for (const std::string &address : mail.to)
        to += (to.empty() ? "" : ",\r\n ") + address;
    return "Date: " + date::format("%a, %d %b %Y %H:%M:%S +0000", std::chrono::floor<Seconds>(mail.at)) +
           "\r\nFrom: " + mail.from + "\r\nTo: " + to + "\r\nSubject: " + encodedHeader(mail.subject) +
           "\r\nMessage-ID: <" + mail.id + "@crossfade>" +
           "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0"
           "\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           wrapped(base64(mail.text));
}

Result<MailSent> sendMail(const MailServer &server, const Mail &mail)
{
    const std::unique_ptr<CURL, void (*)(CURL *)> kept(curl_easy_init(),
                                                       [](CURL *curl) { curl_easy_cleanup(curl); });
    CURL *curl = kept.get();
    if (!curl) return fail(ErrorKind::Internal, "libcurl does not start");
    Upload upload{mailText(mail), 0};
    const Recipients recipients(mail.to);
    const std::string from = "<" + mail.from + ">";
    Dialogue dialogue(server);
    std::array<char, CURL_ERROR_SIZE> detail{};
    curl_easy_setopt(curl, CURLOPT_URL, urlOf(server).c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(server.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.timeout.count()));
    if (server.security == MailSecurity::StartTls) curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!server.caFile.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, server.caFile.c_str());
    if (!server.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, giveText);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keepRefusal);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &dialogue);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L); // its name until libcurl 8.2, and an alias since
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);               // to the function alone
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, followDialogue);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &dialogue);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail.data());
    if (server.cancelled) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, goOnWithMail);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool> *>(server.cancelled));
    }
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) return MailSent{std::move(dialogue.refused)};
    const std::string why = detail[0] != '\0' ? detail.data() : curl_easy_strerror(code);
    const std::string &said = dialogue.refusal.text();
    const ErrorKind kind = code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::Timeout
                           : said.starts_with('5')          ? ErrorKind::Invalid
                                                            : ErrorKind::Network;
    return fail(kind, said.empty() ? why : why + ": " + said);
}

} // namespace crossfade
