using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Commands;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Tests.Cluster;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

/// <summary>A listener with a desk that writes down what it is asked.</summary>
internal sealed class ChatScene : IChatDesk, IIntegrationUsage, IDisposable
{
    private readonly ProviderHttp _http = new(new SystemHostResolver(), NetworkPolicy.None);
    private readonly CancellationTokenSource _ending = new();

    public ChatScene() => Calls = new(_http, Secrets, this, TimeProvider.System);

    public TestSecrets Secrets { get; } = new();

    public ChatCalls Calls { get; }

    public ConcurrentQueue<ChatCommand> Asked { get; } = new();

    public ConcurrentQueue<UsageCall> Used { get; } = new();

    /// <summary>What a command is answered.</summary>
    public string Answer { get; set; } = "System OK.";

    public Task<ChatPause> Listen(IChatListener listener) => Task.Run(() => listener.ListenAsync(listener.Settings!, _ending.Token));

    public Task<string> AnswerAsync(ChatCommand command)
    {
        Asked.Enqueue(command);
        return Task.FromResult(Answer);
    }

    public Task<bool> LogAsync(UsageCall call)
    {
        Used.Enqueue(call);
        return Task.FromResult(true);
    }

    public static async Task Until(Func<bool> condition, string what)
    {
        var end = DateTime.UtcNow.AddSeconds(120);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not in time: {what}.");
            await Task.Delay(10);
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        _http.Dispose();
    }
}
