// Certificates for tests: an authority that issues them, with whatever is to be wrong with them. Texts are
// PEM, ready to be written to files (Scratch::write).
#pragma once

#include <memory>
#include <string>
#include <vector>

using EVP_PKEY = struct evp_pkey_st;
using X509 = struct x509_st;

namespace upright::test {

struct CertificateWish {
    std::string common_name = "localhost";
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1", "IP:::1"};
    int valid_from = -1; // days from now
    int valid_until = 30;
    bool rsa = false;         // 2048 bits; else P-256
    std::string key_password; // encrypts the key
};

class Certificate {
public:
    std::string certificate() const;
    std::string key() const;
    std::string pem() const { return certificate() + key(); } // what CERTFILE wants
    std::string fingerprint() const;                          // sha256:...

private:
    friend class Authority;
    friend Certificate self_signed(const CertificateWish& wish);

    std::shared_ptr<X509> certificate_;
    std::shared_ptr<EVP_PKEY> key_;
    std::string key_password_;
};

class Authority {
public:
    explicit Authority(const std::string& name = "test authority");
    Certificate issue(const CertificateWish& wish = {}) const;
    std::string certificate() const { return own_.certificate(); } // what CERTPATH wants

private:
    Certificate own_;
};

Certificate self_signed(const CertificateWish& wish = {});

} // namespace upright::test
