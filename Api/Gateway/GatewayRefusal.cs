using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Gateway;

/// <summary>Why a call of a bot was not passed on.</summary>
/// <param name="Status">HTTP status: one that SDKs do not try again by themselves, unless trying again may help.</param>
/// <param name="Detail">In our own words; never anything the caller sent.</param>
internal sealed record GatewayRefusal(int Status, string Code, string Detail, string? Fix = null, ImmutableArray<OrderRefusal> Reasons = default);

/// <summary>A refused call, with the reasons of an order's refusal.</summary>
internal sealed record GatewayProblem : Problem
{
    public IReadOnlyList<OrderRefusalRow>? Reasons { get; init; }
}

/// <summary>Answers a refusal: as problem details, and in the provider's own error shape where the catalogue has one, so that SDKs raise a sensible error.</summary>
internal static class GatewayRefusals
{
    public const string Header = "X-Control-Plane-Refused";

    public static Task WriteAsync(HttpContext context, ProviderDefinition? provider, GatewayRefusal refusal)
    {
        var problem = new GatewayProblem
        {
            Title = refusal.Status == StatusCodes.Status502BadGateway ? "Provider unreachable" : "Refused",
            Status = refusal.Status,
            Code = refusal.Code,
            Detail = refusal.Detail,
            SuggestedFix = refusal.Fix,
            TraceId = context.TraceId(),
            Reasons = refusal.Reasons.IsDefaultOrEmpty ? null : [.. refusal.Reasons.Select(reason => new OrderRefusalRow(reason.Code, reason.Rule, reason.Limit, reason.Actual, reason.Message) { OrderIds = reason.OrderIds })],
        };
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var shape = provider?.Gateway?.ErrorShape;
        var body = shape is null ? JsonSerializer.SerializeToUtf8Bytes(problem, options) : InShape(shape, problem, options);
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = shape is null ? ProblemResult.MediaType : "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers[Header] = refusal.Code;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>The provider's own members, and the problem beside them.</summary>
    private static byte[] InShape(ErrorShapeDefinition shape, GatewayProblem problem, JsonSerializerOptions options)
    {
        var message = problem.SuggestedFix is null ? $"{problem.Code}: {problem.Detail}" : $"{problem.Code}: {problem.Detail} {problem.SuggestedFix}";
        var filled = JsonNode.Parse(shape.Json.GetRawText())!;
        Fill(filled, problem.Code, message);
        if (filled is JsonObject body) body["control_plane"] = JsonSerializer.SerializeToNode(problem, options);
        return JsonSerializer.SerializeToUtf8Bytes(filled, options);
    }

    private static void Fill(JsonNode node, string code, string message)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var template)) members[name] = Filled(template, code, message);
                    else if (value is not null) Fill(value, code, message);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is JsonValue text && text.TryGetValue<string>(out var template)) items[i] = Filled(template, code, message);
                    else if (items[i] is { } item) Fill(item, code, message);
                }

                break;
            default:
                break;
        }
    }

    private static string Filled(string template, string code, string message) =>
        template.Replace("{code}", code, StringComparison.Ordinal).Replace("{message}", message, StringComparison.Ordinal);
}
