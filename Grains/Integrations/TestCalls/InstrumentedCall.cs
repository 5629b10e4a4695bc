using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.TestCalls;

/// <summary>Lets the requests that a verifier makes meanwhile be recorded as use, by the same handler that bots' clients have.
/// Without it they are none: our own verifies do not count.</summary>
internal sealed class InstrumentedCall(string provider, IIntegrationUsage usage, TimeProvider time, string traceId) : IIntegrationUsage
{
    private static readonly AsyncLocal<InstrumentedCall?> s_current = new();

    /// <summary>The call that the current code belongs to, or null: then nothing is recorded.</summary>
    public static InstrumentedCall? Current => s_current.Value;

    /// <summary>The last request that was recorded.</summary>
    public UsageCall? Last { get; private set; }

    /// <summary>Whether <see cref="Last"/> came to be on disk.</summary>
    public Task<bool> Fate { get; private set; } = Task.FromResult(false);

    public async Task MakeAsync(Func<Task> ask)
    {
        s_current.Value = this;
        await ask();
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var client = new HttpMessageInvoker(new IntegrationUsageHandler(provider, this, time) { InnerHandler = new Through(http) });
        return await client.SendAsync(request, cancellationToken);
    }

    public Task<bool> LogAsync(UsageCall call)
    {
        Last = call with { EventId = Guid.CreateVersion7(time.GetUtcNow()), BotId = TestCallReport.Bot, TraceId = traceId };
        return Fate = usage.LogAsync(Last);
    }

    private sealed class Through(HttpMessageInvoker http) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            http.SendAsync(request, cancellationToken);
    }
}
