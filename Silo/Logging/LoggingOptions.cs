using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;
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

    /// <summary>A value that is none of those allowed is an error, and the default stands until the start ends with it.</summary>
    public static LoggingOptions Read(IConfiguration configuration, SettingErrors errors)
    {
        var section = configuration.GetSection(Section);
        var format = section[nameof(Format)]?.ToUpperInvariant() switch
        {
            null or "" or "TEXT" => LogFormat.Text,
            "JSON" => LogFormat.Json,
            _ => Wrong(LogFormat.Text, nameof(Format), "text or json"),
        };
        var level = section[nameof(Level)]?.ToUpperInvariant() switch
        {
            "TRACE" or "VERBOSE" => LogEventLevel.Verbose,
            "DEBUG" => LogEventLevel.Debug,
            null or "" or "INFORMATION" => LogEventLevel.Information,
            "WARNING" => LogEventLevel.Warning,
            "ERROR" => LogEventLevel.Error,
            "CRITICAL" or "FATAL" => LogEventLevel.Fatal,
            _ => Wrong(LogEventLevel.Information, nameof(Level), "Trace, Debug, Information, Warning, Error or Critical"),
        };
        return new(format, level);

        T Wrong<T>(T standard, string key, string rule)
        {
            errors.Add($"{SettingErrors.Name($"{Section}:{key}")}: must be {rule}. Set it to one of these, or remove it.");
            return standard;
        }
    }
}
