#include "common/tls/identity.hpp"

#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/tls/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <vector>

namespace fs = std::filesystem;

namespace upright::tls {
namespace {

constexpr std::size_t kMostFiles = 1000; // in a folder of authorities

// Never asks on the terminal: without a password an encrypted key can't be read.
int give_password(char* into, int size, int, void* password)
{
    const auto& text = *static_cast<const std::string*>(password);
    if (text.empty() || text.size() > static_cast<std::size_t>(size))
        return -1;
    std::copy(text.begin(), text.end(), into); // no zero behind it
    return static_cast<int>(text.size());
}

std::string subject_of(X509* certificate)
{
    char* const text = ::X509_NAME_oneline(::X509_get_subject_name(certificate), nullptr, 0);
    std::string subject = text != nullptr ? text : "";
    ::OPENSSL_free(text);
    return subject;
}

std::string common_name_of(X509* certificate)
{
    std::array<char, 256> text{};
    ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate), NID_commonName, text.data(),
                                text.size());
    return text.data();
}

// By its common name, its whole subject, or one of its host names.
bool is_issued_to(X509* certificate, const std::string& name)
{
    return equal_ignoring_case(common_name_of(certificate), name) || subject_of(certificate) == name
           || ::X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

// 1a2b3c4d.0: the names that `openssl rehash` makes.
bool is_hashed_name(const std::string& name)
{
    return name.size() >= 10 && name[8] == '.' && name.find_first_not_of("0123456789abcdef") == 8
           && name.find_first_not_of("0123456789", 9) == std::string::npos;
}

Result<void> load_folder(SSL_CTX& ctx, const std::string& path)
{
    std::vector<std::string> files;
    std::error_code failed;
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end; entry.increment(failed)) {
        const auto name = entry->path().filename().string();
        if (name == "cert9.db" || name == "cert8.db")
            return Error{Errc::bad_config,
                         path + " is an NSS database; certificates are needed as PEM files"};
        if (is_hashed_name(name)) // then OpenSSL finds what it needs itself
            return ::SSL_CTX_load_verify_dir(&ctx, path.c_str()) == 1 ? Result<void>{}
                                                                      : openssl_failure(path);
        std::error_code ignored;
        if (!name.starts_with('.') && entry->is_regular_file(ignored) && files.size() < kMostFiles)
            files.push_back(entry->path().string());
    }
    if (failed)
        return Error{{failed.value(), boost::system::system_category()}, path};
    std::sort(files.begin(), files.end());
    const auto usable = std::count_if(files.begin(), files.end(), [&](const std::string& file) {
        return ::SSL_CTX_load_verify_file(&ctx, file.c_str()) == 1;
    });
    ::ERR_clear_error();
    if (usable == 0)
        return Error{Errc::bad_config, path + " has no certificate in it (PEM files are needed)"};
    return {};
}

} // namespace

Result<void> load_identity(SSL_CTX& ctx, const std::string& file, const std::string& name,
                           const std::string& password)
{
    std::string secret = password;
    ::SSL_CTX_set_default_passwd_cb(&ctx, give_password);
    ::SSL_CTX_set_default_passwd_cb_userdata(&ctx, &secret);
    ::ERR_clear_error();
    const auto load = [&]() -> Result<void> {
        if (::SSL_CTX_use_certificate_chain_file(&ctx, file.c_str()) != 1)
            return openssl_failure("no usable certificate in " + file);
        if (::SSL_CTX_use_PrivateKey_file(&ctx, file.c_str(), SSL_FILETYPE_PEM) != 1)
            return openssl_failure("no usable private key in " + file);
        auto* const certificate = ::SSL_CTX_get0_certificate(&ctx);
        if (!name.empty() && !is_issued_to(certificate, name))
            return Error{Errc::bad_config,
                         fmt::format("the certificate in {} is issued to {}, not to {}", file,
                                     escaped(subject_of(certificate)), escaped(name))};
        return {};
    };
    auto loaded = load();
    ::SSL_CTX_set_default_passwd_cb_userdata(&ctx, nullptr);
    ::SSL_CTX_set_default_passwd_cb(&ctx, nullptr);
    ::OPENSSL_cleanse(secret.data(), secret.size());
    return loaded;
}

Result<void> load_authorities(SSL_CTX& ctx, const std::string& path)
{
    ::ERR_clear_error();
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return load_folder(ctx, path);
    if (::SSL_CTX_load_verify_file(&ctx, path.c_str()) != 1)
        return openssl_failure("no usable certificate in " + path);
    return {};
}

} // namespace upright::tls
