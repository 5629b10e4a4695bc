using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Faults;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Live;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator;

/// <summary>Answers <c>/{provider}/...</c> as the script and the ordered fault say.</summary>
internal sealed class ProviderEndpoint(
    SimulatorState state, FaultPlayer faults, CredentialEvaluator evaluator, RequestRecorder recorder, IHostApplicationLifetime lifetime)
{
    public const string TrapPrefix = "/_trap/";

    private readonly Dictionary<string, RouteMatcher[]> _routes =
        state.Scripts.ToDictionary(static script => script.Id, static script => script.Routes.Select(static route => new RouteMatcher(route)).ToArray());

    public async Task HandleAsync(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await HandleAsync(context, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <summary>Where a redirect leads: says nothing, remembers what came along.</summary>
    public async Task TrapAsync(HttpContext context, string provider)
    {
        var request = await ProviderRequest.ReadAsync(context, provider, realBase: null, context.RequestAborted);
        recorder.Record(request, route: null, KeyState.Unknown, SimulatedFault.None, trap: true);
        await WriteAsync(context, CodedAnswer.Json(200, new { status = "ok" }), context.RequestAborted);
    }

    private async Task HandleAsync(HttpContext context, CancellationToken cancel)
    {
        var provider = context.Request.Path.Value!.Split('/', 3)[1];
        if (!_routes.TryGetValue(provider, out var routes))
        {
            await WriteAsync(context, AnswerBook.NoProvider, cancel);
            return;
        }

        state.Concurrency.Enter(provider);
        try
        {
            var request = await ProviderRequest.ReadAsync(context, provider, state.Script(provider)!.RealBase, cancel);
            await AnswerAsync(context, request, Choose(request, routes), cancel);
        }
        finally
        {
            state.Concurrency.Leave(provider);
        }
    }

    private async Task AnswerAsync(HttpContext context, ProviderRequest request, Choice? chosen, CancellationToken cancel)
    {
        // A broker's book answers what its script does not: whoever comes needs the key that its script asks for.
        chosen = chosen is { Route.Live: not null, Evaluation.State: KeyState.Active } && state.Live is not null ? chosen : Booked(request, chosen) ?? chosen;
        var order = state.Faults.Take(request.Provider);
        var route = chosen?.Route;
        var evaluation = chosen?.Evaluation;
        recorder.Record(request, route, evaluation?.State ?? "no_route", order.Fault);
        if (order.DelayMs > 0)
            await Task.Delay(order.DelayMs, cancel);

        var answer = chosen is null ? AnswerBook.NoRoute : Answer(request, chosen, order.Fault);
        var body = AnswerWriter.Body(answer, () => state.Keys.IssueToken(request.Provider, evaluation?.Key));
        var rateLimit = AnswerBook.RateLimit(route, order.RetryAfterS);
        await faults.PlayAsync(context, order, answer, body, rateLimit, TrapPrefix + request.Provider, cancel);
    }

    /// <summary>The live answer to a good key where there is one, and unless the fault keeps the request from being carried out; else the scripted one.</summary>
    private AnswerScript Answer(ProviderRequest request, Choice chosen, SimulatedFault fault)
    {
        var (route, evaluation, parts) = chosen;
        if (chosen.IsBooked && evaluation.State == KeyState.Active && FaultPlayer.LetsThrough(fault) && state.Books.Answer(request) is { } booked)
            return booked;
        if (fault == SimulatedFault.Unauthorized)
            return AnswerBook.For(route, KeyState.Unknown);
        var live = route.Live is { } name && evaluation.State == KeyState.Active && FaultPlayer.LetsThrough(fault)
            ? state.Live?.Answer(name, new LiveCall(request, parts))
            : null;
        return live ?? AnswerBook.For(route, evaluation.State, evaluation.Check);
    }

    private Choice? Booked(ProviderRequest request, Choice? chosen)
    {
        if (!state.Books.Speaks(request))
            return null;

        // A key is evaluated once a call: a nonce that was seen is too old the second time.
        if (chosen is not null)
            return chosen with { IsBooked = true };
        if (state.Script(request.Provider)?.Routes.FirstOrDefault(static route => route.Credentials.All(static credential => credential.In is "header" or "query" or "basic")) is not { } route)
            return null;
        return new(route, evaluator.Evaluate(request, route, new Dictionary<string, string>()), new Dictionary<string, string>()) { IsBooked = true };
    }

    /// <summary>The route whose credentials are known best, among those on this path.</summary>
    private Choice? Choose(ProviderRequest request, RouteMatcher[] routes)
    {
        Choice? best = null;
        foreach (var matcher in routes)
        {
            if (matcher.Match(request) is not { } parts)
                continue;
            var evaluation = evaluator.Evaluate(request, matcher.Route, parts);
            if (best is null || evaluation.Rank > best.Evaluation.Rank)
                best = new(matcher.Route, evaluation, parts);
        }

        return best;
    }

    private static Task WriteAsync(HttpContext context, AnswerScript answer, CancellationToken cancel) =>
        AnswerWriter.WriteAsync(context.Response, answer, AnswerWriter.Body(answer, static () => ""), cancel);

    /// <param name="Parts">What stands for the placeholders of the path.</param>
    private sealed record Choice(RouteScript Route, Evaluation Evaluation, IReadOnlyDictionary<string, string> Parts)
    {
        /// <summary>True when the broker's book answers.</summary>
        public bool IsBooked { get; init; }
    }
}
