package org.apache.flink.autoscaler.validation;

import java.util.Optional;
import org.apache.flink.autoscaler.config.AutoScalerOptions;
import org.apache.flink.autoscaler.utils.CalendarUtils;
import org.apache.flink.configuration.Configuration;

/**
 * Stands where flink-autoscaler's class of this name should be, which comes in releases that the
 * registry does not serve. It asks for excluded periods as the real one does, of the class that
 * flink-autoscaler 1.10.0 has for it, and finds nothing else: ranges of numbers are not measured
 * with this version.
 */
public class AutoscalerValidator {
    public Optional<String> validateAutoscalerOptions(Configuration configuration) {
        if (!configuration.get(AutoScalerOptions.AUTOSCALER_ENABLED)) {
            return Optional.empty();
        }
        return CalendarUtils.validateExcludedPeriods(configuration);
    }
}
