using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace ControlPlane.Silo.Logging;

/// <summary>One event, one line: time in UTC, level, source, message, trace, error. The event is clean already.</summary>
internal sealed class OneLineFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(Level(logEvent.Level));
        if (logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source) && source is ScalarValue { Value: string name })
        {
            output.Write(' ');
            output.Write(name);
            output.Write(':');
        }
        output.Write(' ');
        output.Write(logEvent.MessageTemplate.Text);
        if (logEvent.TraceId is { } trace)
        {
            output.Write(" trace=");
            output.Write(trace.ToHexString());
        }
        if (logEvent.Exception is { } exception)
        {
            output.Write(" | ");
            output.Write(exception.ToString());
        }
        output.Write('\n');
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "CRT",
    };
}
