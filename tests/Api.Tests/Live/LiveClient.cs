using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Live;

/// <summary>A client of the hub with .NET's own SignalR client, which keeps every message in the order it came.</summary>
internal sealed class LiveClient : IAsyncDisposable
{
    private static readonly string[] s_words = ["system", "integration", "bot", "usage", "beat"];
    private readonly Channel<(string Word, JsonObject Body)> _messages = Channel.CreateUnbounded<(string, JsonObject)>();

    private LiveClient(HubConnection connection)
    {
        Connection = connection;
        foreach (var word in s_words) connection.On<JsonObject>(word, body => _messages.Writer.TryWrite((word, body)));
        connection.Closed += error =>
        {
            Ended.TrySetResult(error);
            return Task.CompletedTask;
        };
    }

    public HubConnection Connection { get; }

    public TaskCompletionSource<Exception?> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JsonObject Snapshot { get; private set; } = [];

    public static LiveClient Of(TestApi api, string? token = TestApi.Viewer, params (string Name, string Value)[] headers) =>
        Of(api, token, HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling, null, headers);

    public static LiveClient Of(TestApi api, string? token, HttpTransportType transport, Action<HttpConnectionOptions>? configure, params (string Name, string Value)[] headers) => new(new HubConnectionBuilder()
        .WithUrl($"{api.Origin}/hubs/status", transport, options =>
        {
            configure?.Invoke(options);
            if (token is not null) options.Headers["Authorization"] = $"Bearer {token}";
            foreach (var (name, value) in headers)
            {
                if (name != "Cookie")
                {
                    options.Headers[name] = value;
                    continue;
                }

                options.Cookies.Add(new Uri(api.Origin), new Cookie(value[..value.IndexOf('=')], value[(value.IndexOf('=') + 1)..]));
            }
        })
        .AddJsonProtocol(json =>
        {
            ControlPlaneJson.Configure(json.PayloadSerializerOptions);
            json.PayloadSerializerOptions.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        })
        .Build());

    public static async Task<LiveClient> SubscribedAsync(TestApi api, string? token = TestApi.Viewer, params (string Name, string Value)[] headers)
    {
        var client = Of(api, token, headers);
        await client.Connection.StartAsync(TestContext.Current.CancellationToken);
        await client.SubscribeAsync();
        return client;
    }

    public static async Task<LiveClient> SubscribedAsync(TestApi api, string? token, HttpTransportType transport, Action<HttpConnectionOptions>? configure = null)
    {
        var client = Of(api, token, transport, configure);
        await client.Connection.StartAsync(TestContext.Current.CancellationToken);
        await client.SubscribeAsync();
        return client;
    }

    public async Task<JsonObject> SubscribeAsync() =>
        Snapshot = await Connection.InvokeAsync<JsonObject>("Subscribe", TestContext.Current.CancellationToken);

    /// <summary>The next message; the server's clock is moved on while there is none, for its ticks need it.</summary>
    public async Task<(string Word, JsonObject Body)> NextAsync(FakeTimeProvider? time = null, string? word = null)
    {
        var end = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            while (_messages.Reader.TryRead(out var message))
            {
                if (word is null || message.Word == word) return message;
            }

            Assert.True(DateTime.UtcNow < end, $"No message '{word}' came.");
            time?.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Everything that has come and was not taken.</summary>
    public List<(string Word, JsonObject Body)> Taken()
    {
        var taken = new List<(string, JsonObject)>();
        while (_messages.Reader.TryRead(out var message)) taken.Add(message);
        return taken;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
