using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Live;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Api.Integrations;

/// <summary>The integrations table as bytes, with a tag of what it says: all but when it was read and for whom. Every node gives the same tag
/// to the same table.</summary>
/// <param name="Tag">A weak entity tag.</param>
internal sealed record IntegrationsDocument(PreparedJson Body, string Tag)
{
    private const int TagBytes = 16;

    /// <summary>Writes the table, or 304 when the caller has it already.</summary>
    public Task WriteAsync(HttpContext context, string traceId)
    {
        context.Response.Headers.ETag = Tag;
        if (!IsKnown(context.Request.Headers.IfNoneMatch)) return Body.WriteAsync(context.Response, traceId);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    public static IntegrationsDocument Of(byte[] body, string traceId, long version)
    {
        var prepared = new PreparedJson(body, traceId);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture)));
        hash.AppendData(prepared.Parts.Tail.Span);
        return new(prepared, $"W/\"{Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, TagBytes))}\"");
    }

    private bool IsKnown(StringValues given)
    {
        if (given.Count == 0) return false;
        if (given is [{ } one] && string.Equals(one, Tag, StringComparison.Ordinal)) return true;
        if (!EntityTagHeaderValue.TryParseList(given, out var tags)) return false;
        var own = EntityTagHeaderValue.Parse(Tag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }
}

/// <summary>Reads the integrations table for all who ask within a moment.</summary>
internal sealed class IntegrationsDocuments
{
    private readonly SingleFlightCache<IntegrationsDocument> _shared;

    public IntegrationsDocuments(IntegrationReader reader, LiveJson json, ReadYourWritesVersion horizon, TimeProvider time) =>
        _shared = new(
            async () =>
            {
                var traceId = ActivityTraceId.CreateRandom().ToHexString();
                var table = await reader.ReadAsync(traceId);
                return IntegrationsDocument.Of(json.Write(table), traceId, table.Version);
            },
            horizon,
            time);

    /// <inheritdoc cref="SingleFlightCache{T}.TakeAsync"/>
    public Task<IntegrationsDocument> TakeAsync() => _shared.TakeAsync();
}
