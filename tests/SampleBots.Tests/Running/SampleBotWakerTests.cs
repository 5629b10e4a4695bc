using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using ControlPlane.SampleBots.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Running;

public sealed class SampleBotWakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Entrance _gateway = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly WakerLog _log = new();

    [Fact]
    public async Task Bots_AreWokenOnceTheGatewayAnswers_AndTheLogSaysWhatTheyWaitFor()
    {
        using var waker = NewWaker();
        await waker.StartAsync(TestContext.Current.CancellationToken);
        await GoOnAsync(() => _log.Lines.Any(static l => l.Contains("have waited", StringComparison.Ordinal)));
        Assert.Empty(_calls);

        // The address is known before anybody listens at it.
        (_gateway.Address, var asked) = (new Uri("http://gateway.test/gateway/"), _gateway.Asked);
        await GoOnAsync(() => _gateway.Asked > asked + 2);
        Assert.Empty(_calls);

        _gateway.Listens = true;
        await GoOnAsync(() => _calls.Count >= 4);
        Assert.All(_calls, static c => Assert.StartsWith("Wake ", c, StringComparison.Ordinal));
        Assert.Equal(["demo-advised", "demo-careless", "demo-mean-reversion", "demo-momentum"], _calls.Take(4).Select(static c => c[5..]).Order(StringComparer.Ordinal));
        Assert.Contains(_log.Lines, static l => l.Contains("reach their providers at http://gateway.test/gateway/", StringComparison.Ordinal));
        await waker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Retire demo-momentum", _calls);
    }

    [Fact]
    public async Task Stop_BeforeTheGatewayAnswered_WakesNobody()
    {
        using var waker = NewWaker();
        await waker.StartAsync(TestContext.Current.CancellationToken);
        await waker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_calls);
    }

    private SampleBotWaker NewWaker() => new(Grains.Of(_calls), _gateway, _gateway, _time, _log);

    /// <summary>The waker runs on other threads: the clock goes on until it got there.</summary>
    private async Task GoOnAsync(Func<bool> until)
    {
        for (var end = DateTime.UtcNow.AddSeconds(60); !until(); await Task.Delay(5))
        {
            Assert.True(DateTime.UtcNow < end, string.Join('\n', _log.Lines));
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    private sealed class Entrance : HttpMessageHandler, IGatewayAccess, IHttpClientFactory
    {
        private int _asked;

        public Uri? Address { get; set; }

        public bool Listens { get; set; }

        public int Asked => _asked;

        public string? LeaseToken(string botId, long epoch) => null;

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return Listens ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized)) : throw new HttpRequestException("refused");
        }
    }

    private sealed class WakerLog : ILogger<SampleBotWaker>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }

    /// <summary>Gives out bots that write down what they are called for.</summary>
    private class Grains : DispatchProxy
    {
        private static readonly MethodInfo s_make = typeof(DispatchProxy).GetMethod(nameof(DispatchProxy.Create), 2, [])!;
        private ConcurrentQueue<string> _calls = null!;
        private string? _botId;

        public static IGrainFactory Of(ConcurrentQueue<string> calls)
        {
            var grains = Create<IGrainFactory, Grains>();
            ((Grains)(object)grains)._calls = calls;
            return grains;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (_botId is not null)
            {
                // Which bot it is, a grain's reference tells by an interface that only Orleans can make.
                _calls.Enqueue($"{targetMethod!.Name} {_botId}");
                return Task.CompletedTask;
            }

            var bot = s_make.MakeGenericMethod(targetMethod!.GetGenericArguments().Single(), typeof(Grains)).Invoke(null, null)!;
            (((Grains)bot)._calls, ((Grains)bot)._botId) = (_calls, (string)args![0]!);
            return bot;
        }
    }
}
