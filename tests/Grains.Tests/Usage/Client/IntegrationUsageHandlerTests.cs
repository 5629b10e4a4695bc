using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ControlPlane.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Usage.Client;

public sealed class IntegrationUsageHandlerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly RecordingUsage _usage = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(200, UsageStatus.Ok)]
    [InlineData(204, UsageStatus.Ok)]
    [InlineData(304, UsageStatus.Ok)]
    [InlineData(401, UsageStatus.Error)]
    [InlineData(408, UsageStatus.Timeout)]
    [InlineData(429, UsageStatus.RateLimited)]
    [InlineData(503, UsageStatus.Error)]
    public async Task Answer_IsRecordedWithItsStatusAndLatency(int status, UsageStatus recorded)
    {
        using var client = Client(_ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(41));
            return new HttpResponseMessage((HttpStatusCode)status);
        });
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using (IntegrationUsageScope.ForBot("momentum", "u1")) await client.GetAsync(new Uri("https://host/v3/quotes?apiKey=canary"), Cancel);
        var call = Assert.Single(_usage.Calls);
        Assert.Equal(("polygon", "GET /v3/quotes", recorded, (int?)status, (int?)41), (call.Provider, call.Operation, call.Status, call.HttpStatus, call.LatencyMs));
        Assert.Equal(("momentum", "u1", activity.TraceId.ToHexString()), (call.BotId, call.UserId, call.TraceId));
        Assert.Equal(_time.Start, call.OccurredAt);
    }

    [Fact]
    public async Task Failure_IsRecordedInOurWordsAndReachesTheCaller()
    {
        var failures = new Queue<Exception>([
            new HttpRequestException(HttpRequestError.NameResolutionError, "canary.example"), new TaskCanceledException("canary"), new InvalidOperationException("canary"),
        ]);
        using var client = Client(_ => throw failures.Dequeue());
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://host/a"), Cancel));
        await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(new Uri("https://host/a"), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync(new Uri("https://host/a"), Cancel));
        Assert.Equal(
            [(UsageStatus.Error, "name_not_resolved"), (UsageStatus.Timeout, "no_answer"), (UsageStatus.Error, "failed")],
            _usage.Calls.Select(c => (c.Status, c.ErrorCode)));
        Assert.All(_usage.Calls, c => Assert.Null(c.HttpStatus));
    }

    [Fact]
    public async Task Request_OptionsSayMoreThanTheScope()
    {
        using var client = Client(_ => new HttpResponseMessage(HttpStatusCode.OK));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://host/a");
        request.Options.Set(IntegrationUsageScope.BotId, "other");
        request.Options.Set(IntegrationUsageScope.Operation, "quotes");
        using (IntegrationUsageScope.ForBot("momentum")) await client.SendAsync(request, Cancel);
        Assert.Equal(("other", "quotes"), (_usage.Calls[0].BotId, _usage.Calls[0].Operation));
    }

    [Fact]
    public async Task Client_RegisteredWithAddIntegrationUsage_RecordsAndLogsNoAddress()
    {
        var ingest = new FakeIngest();
        var log = new Lines();
        var services = new ServiceCollection();
        services.AddLogging(builder => builder.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton(ingest.Factory);
        services.AddHttpClient("telegram").AddIntegrationUsage("telegram").ConfigurePrimaryHttpMessageHandler(() => new Stub(_ => new HttpResponseMessage(HttpStatusCode.OK)));
        services.AddHttpClient("polygon").AddIntegrationUsage("polygon").ConfigurePrimaryHttpMessageHandler(() => new Stub(_ => new HttpResponseMessage(HttpStatusCode.OK)));
        Assert.Single(services, s => s.ServiceType == typeof(IHostedService));
        await using (var provider = services.BuildServiceProvider())
        {
            var clients = provider.GetRequiredService<IHttpClientFactory>();
            await clients.CreateClient("telegram").GetAsync(new Uri("https://host/bot123456:canary-canary/sendMessage?chat=canary"), Cancel);
            await clients.CreateClient("polygon").GetAsync(new Uri("https://host/v1/now"), Cancel);
        }

        // Disposing has sent what was held.
        Assert.Equal(["GET /v1/now", "GET /{...}/sendMessage"], ingest.Taken().Select(e => e.Operation).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("canary", StringComparison.Ordinal));
    }

    private HttpClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) =>
        new(new IntegrationUsageHandler("polygon", _usage, _time) { InnerHandler = new Stub(answer) });

    private sealed class RecordingUsage : IIntegrationUsage
    {
        public List<UsageCall> Calls { get; } = [];

        public Task<bool> LogAsync(UsageCall call)
        {
            Calls.Add(call);
            return Task.FromResult(true);
        }
    }

    private sealed class Stub(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            All.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
