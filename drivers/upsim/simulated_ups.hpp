// SimulatedUps: one UPS behind a pty: its model, its clock, the faults of its line. It owns them; serve()
// runs until it is cancelled. Single-threaded.
#pragma once

#include "drivers/upsim/megatec_device.hpp"
#include "drivers/upsim/pty.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace upright::upsim {

// What is wrong with the serial line.
struct Fault {
    enum class Kind { none, garble, mute, slow };
    Kind kind = Kind::none;
    std::optional<int> answers; // for so many of them
    std::optional<std::chrono::steady_clock::time_point> until;
};

class SimulatedUps {
public:
    SimulatedUps(const boost::asio::any_io_executor& executor, std::string name, std::string link,
                 Rating rating, std::uint64_t seed, double time_scale);

    Result<void> open(); // makes the pty and its link; before serve()

    // Answers whoever opens the pty.
    boost::asio::awaitable<Result<void>> serve();

    // The model as it is now. Real time since the start counts `time_scale` times.
    Model& model();

    void set_fault(Fault fault) { fault_ = fault; }
    const Fault& fault() const noexcept { return fault_; }
    void drop(); // pulls the cable: closes the pty, and makes a new one behind the same link

    const std::string& name() const noexcept { return name_; }
    const std::string& link() const noexcept { return link_; }
    long questions() const noexcept { return questions_; }

private:
    boost::asio::awaitable<Result<void>> answer(std::string_view question);
    Fault::Kind take_fault();
    std::string garbled(std::string text);

    boost::asio::any_io_executor executor_;
    std::string name_;
    std::string link_;
    Model model_;
    Identity identity_;
    double time_scale_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::optional<Pty> pty_;
    boost::asio::steady_timer delay_;
    Fault fault_;
    std::uint64_t noise_;
    bool dropped_ = false;
    long questions_ = 0;
};

} // namespace upright::upsim
