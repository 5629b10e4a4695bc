using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Tests.Secrets;

internal sealed class LogCapture<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{eventId.Id} {formatter(state, exception)} {exception}");
}
