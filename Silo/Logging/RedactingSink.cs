using Serilog.Core;
using Serilog.Events;

namespace ControlPlane.Silo.Logging;

/// <summary>Stands in front of every sink: none of them ever holds an event as it was written.</summary>
internal sealed class RedactingSink(ILogEventSink sinks, CleanEvents events) : ILogEventSink, IDisposable
{
    public void Emit(LogEvent logEvent) => sinks.Emit(events.Copy(logEvent));

    public void Dispose() => (sinks as IDisposable)?.Dispose();
}
