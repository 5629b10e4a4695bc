using System.Text.Json;

namespace ControlPlane.ProviderSimulator.Control;

/// <summary>The calls under <c>/_control</c>. Answers never hold a credential's value.</summary>
internal sealed class ControlEndpoints(SimulatorState state)
{
    public void Map(WebApplication app, Func<string?> authorityPem)
    {
        var control = app.MapGroup("/_control");
        control.MapGet("/health", () => Ok(new { status = "ok", providers = state.Scripts.Select(static script => script.Id) }));
        control.MapPut("/keys/{provider}", (HttpContext context, string provider) =>
            OrderAsync<KeyOrder>(context, order => state.TryPut(provider, order)));
        control.MapDelete("/keys/{provider}", (HttpContext context, string provider) => RemoveAsync(context, provider));
        control.MapGet("/keys/{provider}", (string provider) => Ok(new { keys = Keys(provider) }));
        control.MapPut("/faults/{provider}", (HttpContext context, string provider) =>
            OrderAsync<FaultOrder>(context, order => state.TrySet(provider, order)));
        control.MapGet("/faults/{provider}", (string provider) => Ok(state.Faults.Current(provider)));
        control.MapPut("/market", (Delegate)MarketAsync);
        control.MapGet("/market", () => state.Market is { } market ? Ok(market.Switches()) : Results.NotFound());
        control.MapGet("/requests", (string? provider, long? since) => Requests(provider, since ?? 0));
        control.MapDelete("/requests", () =>
        {
            state.Requests.Clear();
            state.Concurrency.Reset();
            return Results.NoContent();
        });
        control.MapGet("/concurrency", () => Ok(state.Concurrency.Snapshot()));
        control.MapGet("/authority.pem", () => authorityPem() is { } pem ? Results.Text(pem, "application/x-pem-file") : Results.NotFound());
    }

    private Task<IResult> MarketAsync(HttpContext context) => OrderAsync<MarketOrder>(context, Apply);

    private string? Apply(MarketOrder order)
    {
        if (state.Market is null)
            return "There is no market; start the simulator with --market SEED.";
        state.Market.Apply(order);
        return null;
    }

    private IResult Requests(string? provider, long since)
    {
        var requests = state.Requests.After(since, provider);
        var counts = requests.CountBy(static request => request.Provider).ToDictionary();
        return Ok(new { last = state.Requests.Last, count = requests.Count, counts, requests });
    }

    private async Task<IResult> RemoveAsync(HttpContext context, string provider)
    {
        if (context.Request.ContentLength is null or 0)
        {
            state.Keys.Remove(provider, values: null);
            return Results.NoContent();
        }

        return await OrderAsync<KeyOrder>(context, order =>
        {
            state.Keys.Remove(provider, order.Values);
            return null;
        });
    }

    private IEnumerable<object> Keys(string provider) =>
        state.Keys.Of(provider).Select(static key => new { names = key.Values.Keys.Order(StringComparer.Ordinal), state = key.State });

    /// <summary>Reads an order and carries it out; a broken rule is a 400 that names it.</summary>
    private static async Task<IResult> OrderAsync<TOrder>(HttpContext context, Func<TOrder, string?> carryOut)
        where TOrder : class
    {
        try
        {
            var order = await JsonSerializer.DeserializeAsync<TOrder>(context.Request.Body, ControlJson.Options, context.RequestAborted);
            var problem = order is null ? "The body must be an object." : carryOut(order);
            return problem is null ? Results.NoContent() : Wrong(problem);
        }
        catch (JsonException exception)
        {
            return Wrong($"The body is not of the form of the call: {exception.Path}.");
        }
    }

    private static IResult Wrong(string problem) =>
        Results.Json(new { error = "bad_order", message = problem }, ControlJson.Options, statusCode: StatusCodes.Status400BadRequest);

    private static IResult Ok(object value) => Results.Json(value, ControlJson.Options);
}
