using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serilog.Events;

namespace ControlPlane.Silo.Logging;

/// <summary>How one event stands on its line.</summary>
internal enum LogFormat
{
    /// <summary>Time, level, source, message, error.</summary>
    Text,

    /// <summary>A JSON object (compact log event format).</summary>
    Json,
}

/// <summary>Section <c>ControlPlane:Logging</c>. The framework's own <c>Logging</c> section is not read: nobody may turn on what prints paths.</summary>
internal sealed record LoggingOptions(LogFormat Format, LogEventLevel Level)
{
    public const string Section = "ControlPlane:Logging";

    /// <exception cref="OptionsValidationException">A value is none of those allowed; the message names the key and the rule.</exception>
    public static LoggingOptions Read(IConfiguration configuration)
    {
        var failures = new List<string>();
        var section = configuration.GetSection(Section);
        var format = section[nameof(Format)]?.ToUpperInvariant() switch
        {
            null or "" or "TEXT" => LogFormat.Text,
            "JSON" => LogFormat.Json,
            _ => Fail<LogFormat>(nameof(Format), "text or json"),
        };
        var level = section[nameof(Level)]?.ToUpperInvariant() switch
        {
            "TRACE" or "VERBOSE" => LogEventLevel.Verbose,
            "DEBUG" => LogEventLevel.Debug,
            null or "" or "INFORMATION" => LogEventLevel.Information,
            "WARNING" => LogEventLevel.Warning,
            "ERROR" => LogEventLevel.Error,
            "CRITICAL" or "FATAL" => LogEventLevel.Fatal,
            _ => Fail<LogEventLevel>(nameof(Level), "Trace, Debug, Information, Warning, Error or Critical"),
        };
        return failures.Count == 0 ? new(format, level) : throw new OptionsValidationException(Section, typeof(LoggingOptions), failures);

        T Fail<T>(string key, string rule) where T : struct
        {
            failures.Add($"{Section}:{key} must be {rule}. Set it to one of these, or remove it.");
            return default;
        }
    }
}
