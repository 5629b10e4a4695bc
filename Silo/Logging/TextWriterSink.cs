using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace ControlPlane.Silo.Logging;

/// <summary>Writes each event whole, and flushes it.</summary>
internal sealed class TextWriterSink(TextWriter output, ITextFormatter formatter) : ILogEventSink
{
    private readonly Lock _writing = new();

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        formatter.Format(logEvent, line);
        lock (_writing)
        {
            output.Write(line.ToString());
            output.Flush();
        }
    }
}
