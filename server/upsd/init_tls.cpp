#include "server/upsd/init_tls.hpp"

#include "common/text/number.hpp"
#include "common/tls/error.hpp"
#include "common/tls/fingerprint.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <iostream>
#include <memory>
#include <netdb.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace upright::upsd {
namespace {

constexpr long kDay = 24L * 60 * 60;
constexpr long kValidFor = 3650 * kDay;
constexpr std::size_t kLongestCommonName = 64; // RFC 5280, ub-common-name

template <class T, void (*free)(T*)>
struct Free {
    void operator()(T* object) const { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, ::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509, ::X509_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES, ::GENERAL_NAMES_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION, ::X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, ::BN_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO, ::BIO_free_all>>;

// ---- names -----------------------------------------------------------------------------------------------

bool is_address(const std::string& text)
{
    in6_addr any{};
    return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

bool is_any_address(const std::string& text) { return text == "*" || text == "0.0.0.0" || text == "::"; }

bool is_host_name(const std::string& text)
{
    constexpr std::size_t kLongest = 253;
    return !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
               || c == '-' || c == '_';
    });
}

std::string full_name_of(const std::string& host)
{
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr)
        return host;
    const std::string full = found->ai_canonname != nullptr ? found->ai_canonname : host;
    ::freeaddrinfo(found);
    return full.starts_with(host + ".") ? full : host; // /etc/hosts may say that it is "localhost"
}

// ---- the certificate -------------------------------------------------------------------------------------

bool extend(X509& certificate, int kind, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const Extension extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    return extension && ::X509_add_ext(&certificate, extension.get(), -1) == 1;
}

// Built piece by piece, not from a text: no name can add another.
bool name(X509& certificate, const std::vector<std::string>& names)
{
    const Names all(::GENERAL_NAMES_new());
    for (const auto& text : names) {
        auto* const general = ::GENERAL_NAME_new();
        if (general == nullptr || ::sk_GENERAL_NAME_push(all.get(), general) <= 0)
            return false;
        if (is_address(text)) {
            ::GENERAL_NAME_set0_value(general, GEN_IPADD, ::a2i_IPADDRESS(text.c_str()));
        } else {
            auto* const dns = ::ASN1_IA5STRING_new();
            ::ASN1_STRING_set(dns, text.data(), static_cast<int>(text.size()));
            ::GENERAL_NAME_set0_value(general, GEN_DNS, dns);
        }
    }
    return ::X509_add1_ext_i2d(&certificate, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool number(X509& certificate)
{
    constexpr int kBits = 127;
    const Number serial(::BN_new());
    return serial && ::BN_rand(serial.get(), kBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1
           && ::BN_to_ASN1_INTEGER(serial.get(), ::X509_get_serialNumber(&certificate)) != nullptr;
}

Certificate certify(EVP_PKEY& key, const std::vector<std::string>& names)
{
    Certificate made(::X509_new());
    auto& x = *made;
    const auto common = std::find_if(names.begin(), names.end(),
                                     [](const auto& text) { return text.size() <= kLongestCommonName; });
    const std::string common_name = common == names.end() ? "upsd" : *common;
    auto* const subject = ::X509_get_subject_name(&x);
    const bool done =
        ::X509_set_version(&x, X509_VERSION_3) == 1 && number(x)
        && ::X509_gmtime_adj(::X509_getm_notBefore(&x), -kDay) != nullptr // clocks differ
        && ::X509_gmtime_adj(::X509_getm_notAfter(&x), kValidFor) != nullptr
        && ::X509_set_pubkey(&x, &key) == 1
        && ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                        reinterpret_cast<const unsigned char*>(common_name.data()),
                                        static_cast<int>(common_name.size()), -1, 0)
               == 1
        && ::X509_set_issuer_name(&x, subject) == 1 && extend(x, NID_basic_constraints, "critical,CA:FALSE")
        && extend(x, NID_key_usage, "critical,digitalSignature") && extend(x, NID_ext_key_usage, "serverAuth")
        && extend(x, NID_subject_key_identifier, "hash") && name(x, names)
        && ::X509_sign(&x, &key, ::EVP_sha256()) > 0;
    return done ? std::move(made) : nullptr;
}

// ---- the file --------------------------------------------------------------------------------------------

// A file appears under its name only when it is complete, and only if there is none.
class NewFile {
public:
    explicit NewFile(std::string path) : path_(std::move(path)), fresh_(path_ + ".new")
    {
        ::unlink(fresh_.c_str()); // of an earlier attempt that broke off
        fd_ = ::open(fresh_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile()
    {
        if (fd_ < 0)
            return;
        ::close(fd_);
        ::unlink(fresh_.c_str());
    }

    Result<void> write(std::string_view text) const
    {
        if (fd_ < 0)
            return system_error("can't write " + fresh_);
        // upsd reads it again when it has given up root.
        const auto* const group = ::getgrnam(kBuiltInUser.data()); // NOLINT(concurrency-mt-unsafe)
        if (::geteuid() == 0 && group != nullptr
            && (::fchown(fd_, 0, group->gr_gid) != 0 || ::fchmod(fd_, 0640) != 0))
            return system_error("can't give " + fresh_ + " to " + std::string(kBuiltInUser));
        while (!text.empty()) {
            const auto written = ::write(fd_, text.data(), text.size());
            if (written < 0)
                return system_error("can't write " + fresh_);
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(fd_) != 0 || ::link(fresh_.c_str(), path_.c_str()) != 0)
            return system_error("can't write " + path_);
        return {};
    }

private:
    std::string path_;
    std::string fresh_;
    int fd_ = -1;
};

Result<void> write_pem(const std::string& path, EVP_PKEY& key, X509& certificate)
{
    const Memory memory(::BIO_new(::BIO_s_secmem()));
    if (!memory || ::PEM_write_bio_X509(memory.get(), &certificate) != 1
        || ::PEM_write_bio_PrivateKey(memory.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return tls::openssl_failure("no certificate");
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return NewFile(path).write({text, static_cast<std::size_t>(size)});
}

std::string advice(const std::string& path, const std::string& host, const std::string& fingerprint)
{
    return fmt::format("{0}: a new key, and a certificate for {1}, valid for ten years.\n\n"
                       "upsd.conf, and then `upsd -c reload`:\n\n"
                       "    CERTFILE {0}\n\n"
                       "Clients that shall talk to this server only. upsmon.conf, {1} as in MONITOR:\n\n"
                       "    CERTHOST {1} {2} 1 1\n\n"
                       "nutauth.conf, for upsc, upscmd, upsrw and upslog:\n\n"
                       "    [@{1}]\n"
                       "    CERTHOST = {2}\n"
                       "    CERTVERIFY = 1\n"
                       "    FORCESSL = 1\n",
                       path, host, fingerprint);
}

} // namespace

std::vector<std::string> names_of_this_host(const std::vector<ListenOn>& listen)
{
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::vector<std::string> wanted{full_name_of(host.data()), host.data(), "localhost", "127.0.0.1", "::1"};
    for (const auto& on : listen)
        wanted.push_back(on.address);
    std::vector<std::string> names;
    for (const auto& text : wanted)
        if (!is_any_address(text) && (is_address(text) || is_host_name(text))
            && std::find(names.begin(), names.end(), text) == names.end())
            names.push_back(text);
    return names;
}

Result<std::string> write_certificate(const std::string& path, const std::vector<std::string>& names)
{
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
        return Error{
            Errc::bad_config,
            path
                + " exists and is not overwritten. To renew it, move it away first; clients that know its "
                  "fingerprint need the new one."};
    ::ERR_clear_error();
    const Key key(EVP_EC_gen("P-256"));
    const auto certificate = key ? certify(*key, names) : nullptr;
    const auto fingerprint = certificate ? tls::fingerprint_of(*certificate) : std::nullopt;
    if (!fingerprint)
        return tls::openssl_failure("no certificate");
    if (auto written = write_pem(path, *key, *certificate); !written)
        return written.error();
    return tls::to_string(*fingerprint);
}

int init_tls(const std::string& config_dir, const std::vector<ListenOn>& listen)
{
    const auto path = config_dir + "/upsd.pem";
    const auto names = names_of_this_host(listen);
    const auto fingerprint = write_certificate(path, names);
    if (!fingerprint) {
        std::cerr << "Error: " << to_string(fingerprint.error()) << std::endl;
        return EXIT_FAILURE;
    }
    std::cout << advice(path, names.front(), *fingerprint) << std::flush;
    return EXIT_SUCCESS;
}

} // namespace upright::upsd
