using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>A body that was read, or what is wrong with it.</summary>
internal readonly struct JsonBody<T>(T? value, Problem? problem)
    where T : class
{
    public T? Value { get; } = value;
    public Problem? Problem { get; } = problem;

    /// <summary>True when there is a body to go on with.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Read => Value is not null;
}

/// <summary>Reads JSON bodies itself rather than by parameter binding, whose messages quote what was sent.</summary>
internal static class JsonBody
{
    /// <summary>Largest body of a call that is not an ingest. No request of the contract comes near it.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Room to begin with: what is declared costs nothing, only what comes.</summary>
    private const int FirstBytes = 16 * 1024;

    public static async Task<JsonBody<T>> ReadAsync<T>(HttpContext context)
        where T : class
    {
        if (!MediaTypes.IsJson(context.Request)) return Fail<T>(StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength > MaxBytes) return Fail<T>(StatusCodes.Status413PayloadTooLarge);
        try
        {
            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            await using var bounded = new BoundedBody(context.Request.Body, MaxBytes);
            using var deadline = BodyDeadline.Start(context.RequestServices.GetRequiredService<TimeProvider>());
            using var kept = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? FirstBytes, FirstBytes));
            await deadline.Within(CopyAsync(bounded, kept, deadline.Token));
            try
            {
                return Parse<T>(WithoutBom(kept.GetBuffer().AsMemory(0, (int)kept.Length)), options, IgnoredFields.Of(context));
            }
            finally
            {
                // It may have held a token.
                kept.GetBuffer().AsSpan().Clear();
            }
        }
        catch (Exception e) when (JsonFaults.IsMalformed(e))
        {
            return new(null, Malformed());
        }
        catch (BadHttpRequestException bad)
        {
            return Fail<T>(bad.StatusCode);
        }
    }

    /// <summary>As <see cref="ReadAsync{T}"/>, but an absent body is an empty one.</summary>
    public static Task<JsonBody<T>> ReadOptionalAsync<T>(HttpContext context)
        where T : class, new()
    {
        var absent = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } || context.Request.ContentLength == 0;
        return absent ? Task.FromResult(new JsonBody<T>(new T(), null)) : ReadAsync<T>(context);
    }

    public static Problem Malformed() => Problems.Invalid(
        "The body is not the JSON that this call takes: malformed, nested too deeply, a name twice, or a value of another type.",
        "GET /openapi/v1.json describes the body.");

    private static JsonBody<T> Parse<T>(ReadOnlyMemory<byte> body, JsonSerializerOptions options, IgnoredFields ignored)
        where T : class
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = ControlPlaneJson.MaxDepth, AllowDuplicateProperties = false });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return new(null, Problems.Invalid("The body must be a JSON object."));
        if (JsonForm.Check(root, options.GetTypeInfo(typeof(T)), ignored) is { } broken) return new(null, Problems.Invalid(broken, "GET /openapi/v1.json describes the body."));
        return root.Deserialize<T>(options) is { } value ? new(value, null) : new(null, Malformed());
    }

    private static async ValueTask<bool> CopyAsync(Stream from, MemoryStream to, CancellationToken cancellationToken)
    {
        await from.CopyToAsync(to, cancellationToken);
        return true;
    }

    private static ReadOnlyMemory<byte> WithoutBom(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static JsonBody<T> Fail<T>(int status)
        where T : class => new(null, Problems.ForStatus(status));
}
