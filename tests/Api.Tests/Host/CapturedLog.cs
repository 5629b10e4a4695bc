using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Api.Tests.Host;

/// <summary>Everything that anybody logs, with its state and scopes.</summary>
internal sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder($"{category} {formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> values) Write(line, values);
            log._scopes.ForEachScope((scope, into) => Write(into.Append(scope), scope as IEnumerable<KeyValuePair<string, object?>> ?? []), line);
            log.Lines.Enqueue(line.ToString());
        }

        private static void Write(StringBuilder line, IEnumerable<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values) line.Append(' ').Append(name).Append('=').Append(value);
        }
    }
}
