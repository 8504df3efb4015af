// replug <control socket> <cycles>: pulls a simulated USB UPS out and plugs it in again, so many times, and
// looks each time whether the driver finds it with fresh data. Prints descriptors and KiB before and after.
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/megatec/program.hpp"
#include "tests/e2e/site.hpp"

#include <cstdio>

namespace upright::megatec {
namespace {

using test::RawClient;

class Replug {
public:
    explicit Replug(std::string control) : control_(std::move(control))
    {
        DriverOptions options;
        options.port = "auto";
        options.set("protocol", "megatec");
        driver_ = program().create(options);
    }

    bool cycle(int number)
    {
        tell("ups1 unplug");
        if (!loses_device())
            return complain(number, "did not notice that the device is gone");
        const bool mains = number % 2 == 0;
        tell(mains ? "ups1 mains on" : "ups1 mains off");
        tell("ups1 plug");
        driver_->open();
        const auto snapshot = driver_->poll(Depth::full);
        if (snapshot.status.has("OL") != mains || snapshot.status.has("OB") == mains)
            return complain(number, "read old data: " + snapshot.status.joined());
        return true;
    }
    void open() { driver_->open(); }

private:
    static bool complain(int number, const std::string& what)
    {
        fmt::print(stderr, "cycle {}: {}\n", number, what);
        return false;
    }
    void tell(const std::string& what) const { RawClient(control_).ask(what); }
    bool loses_device()
    {
        for (int attempt = 0; attempt < 3; ++attempt) {
            try {
                driver_->poll(Depth::quick);
            } catch (const DeviceError& e) {
                if (e.kind() == DeviceError::Kind::lost)
                    return true;
            }
        }
        return false;
    }

    std::string control_;
    std::unique_ptr<Driver> driver_;
};

void print_footprint(const char* when)
{
    const auto descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    fmt::print("{} {} {}\n", when, descriptors, test::resident_kilobytes(::getpid()));
}

int run(const std::string& control, int cycles)
{
    constexpr int kWarm = 10; // until what is kept for good is there
    Replug replug(control);
    replug.open();
    for (int i = 1; i <= kWarm + cycles; ++i) {
        if (!replug.cycle(i))
            return EXIT_FAILURE;
        if (i == kWarm)
            print_footprint("before");
    }
    print_footprint("after");
    return EXIT_SUCCESS;
}

} // namespace
} // namespace upright::megatec

int main(int argc, char** argv)
try {
    upright::log::init("replug");
    return upright::megatec::run(argc > 1 ? argv[1] : "",
                                 upright::to_int(argc > 2 ? argv[2] : "").value_or(1));
} catch (const std::exception& e) {
    std::fprintf(stderr, "replug: %s\n", e.what());
    return EXIT_FAILURE;
}
