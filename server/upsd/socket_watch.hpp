// SocketWatch: tells when a driver's socket appears, so that upsd is connected within milliseconds instead of
// at its next look. It owns an inotify descriptor; where that can't be had, nothing is told and the look once
// a second remains.
#pragma once

#include "common/asio/poller.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace upright::upsd {

class SocketWatch final : private Poller::Watcher {
public:
    using Appeared = std::function<void(std::string_view name)>; // of a file in the folder

    SocketWatch(Poller& poller, const std::string& folder, Appeared appeared);
    SocketWatch(const SocketWatch&) = delete;
    SocketWatch& operator=(const SocketWatch&) = delete;
    ~SocketWatch();

private:
    void ready(bool readable, bool writable) override;

    Poller& poller_;
    Appeared appeared_;
    int fd_;
};

} // namespace upright::upsd
