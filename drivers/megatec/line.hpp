// Line: asks a device as its dialect wants to be asked. It borrows the Link; what it hands on has neither end
// nor checksum.
#pragma once

#include "drivers/io/link.hpp"
#include "drivers/megatec/dialect.hpp"
#include "drivers/megatec/question.hpp"

#include <string>
#include <string_view>

namespace upright::megatec {

bool begins_with_one(std::string_view answer, const std::vector<std::string>& beginnings);

class Line {
public:
    explicit Line(io::Link& link) : link_(link) {}

    // The answer; empty if there was none. `query` says what kind of answer is wanted, if it is known.
    // DeviceError: no_answer if its checksum is wrong or it never ends, lost if the device is gone.
    std::string ask(const Dialect& dialect, std::string_view question, const Query* query = nullptr);

private:
    io::Link& link_;
};

} // namespace upright::megatec
