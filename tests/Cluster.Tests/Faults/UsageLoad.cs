namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Reports usage, without a pause unless one is given, to whichever front end answers. A batch without an answer is sent again, with the same ids, until
/// it is acknowledged: then each of its events exists once.</summary>
internal sealed class UsageLoad : IAsyncDisposable
{
    private const int Batch = 50;
    private readonly NodeProcess[] _fronts;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _pause;
    private readonly Task _running;
    private int _acknowledged;

    public UsageLoad(params NodeProcess[] fronts)
        : this(TimeSpan.Zero, fronts)
    {
    }

    /// <param name="pause">Between two batches of 50 events, where a full load would leave too little of a small machine for what is measured.</param>
    public UsageLoad(TimeSpan pause, params NodeProcess[] fronts)
    {
        _pause = pause;
        _fronts = fronts;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Events acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Ends after the batch that is under way, and compares what the cluster has counted with what it has acknowledged.</summary>
    public async Task AssertEveryEventExistsOnceAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(Acknowledged > 0, "Nothing was acknowledged.");
        await ClusterFixture.UntilAsync(
            _fronts[0],
            async _ => (await _fronts[0].SendAsync(HttpMethod.Get, "/api/integrations/polygon"))["proof_of_use_count_24h"]?.GetValue<int>() == Acknowledged,
            $"{Acknowledged} events counted");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Acknowledged} events acknowledged, each counted once.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var front = 0; !_stop.IsCancellationRequested;)
        {
            var events = Enumerable.Range(0, Batch).Select(_ => new { event_id = Guid.CreateVersion7(), provider = "polygon", operation = "GET /v3/quotes", status = "ok" }).ToArray();
            while (!await TakenAsync(_fronts[front % _fronts.Length], events))
            {
                front++;
                await Task.Delay(100);
            }

            Interlocked.Add(ref _acknowledged, Batch);
            if (_pause > TimeSpan.Zero) await Task.Delay(_pause);
        }
    }

    private static async Task<bool> TakenAsync(NodeProcess front, object events)
    {
        try
        {
            var answer = await front.CallAsync(HttpMethod.Post, "/api/usage-events", new { events }, CancellationToken.None);
            return answer["http_status"]!.GetValue<int>() == 200 && answer["accepted"]!.GetValue<int>() + answer["duplicates"]!.GetValue<int>() == Batch;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
