using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots.Traces;

/// <summary>The traces of one call: one object, or <c>{"items":[...]}</c>. One that is not of the form is rejected by its place; the others count.</summary>
internal sealed class TraceBatch<TTrace>
    where TTrace : class
{
    public const int MaxItems = 10_000;

    private readonly ImmutableArray<TTrace>.Builder _traces = ImmutableArray.CreateBuilder<TTrace>();
    private readonly List<int> _places = [];
    private readonly List<string?> _ids = [];
    private readonly List<TraceRejection> _rejected = [];

    public bool TooMany { get; private set; }

    /// <summary>True when the body was one trace, and not a list of them.</summary>
    public bool IsOne { get; private set; }

    public ImmutableArray<TTrace> Traces => _traces.ToImmutable();

    /// <param name="ignored">Gets the names of unknown fields.</param>
    /// <param name="map">The trace of a body with its id, or the rule that the body breaks.</param>
    /// <exception cref="JsonException">The body is not JSON of either form.</exception>
    public static TraceBatch<TTrace> Parse<TBody>(ReadOnlyMemory<byte> body, JsonSerializerOptions json, IgnoredFields ignored, Func<TBody, (TTrace? Trace, string? Id, string? Broken)> map)
        where TBody : class
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = ControlPlaneJson.MaxDepth, AllowDuplicateProperties = false });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException();
        var batch = new TraceBatch<TTrace>();
        if (!root.TryGetProperty("items", out var items))
        {
            batch.IsOne = true;
            batch.Add(root, json, ignored, map);
            return batch;
        }

        if (items.ValueKind != JsonValueKind.Array) throw new JsonException();
        if (items.GetArrayLength() > MaxItems)
        {
            batch.TooMany = true;
            return batch;
        }

        foreach (var field in root.EnumerateObject().Where(static field => !field.NameEquals("items"u8))) ignored.Add("", field.Name);
        foreach (var item in items.EnumerateArray()) batch.Add(item, json, ignored, map);
        return batch;
    }

    public TraceReceiptAnswer Receipt(TraceReceipt receipt, string traceId)
    {
        var byGrain = receipt.Rejected.Select(r => r with { Index = _places[r.Index] }).ToArray();
        foreach (var rejection in byGrain) _ids[rejection.Index] = null;
        return new(
            receipt.Accepted,
            receipt.Duplicates,
            [.. _rejected.Concat(byGrain).OrderBy(r => r.Index).Select(r => new UsageRejectionRow(r.Index, r.Code, r.Message))],
            _ids,
            traceId);
    }

    private void Add<TBody>(JsonElement item, JsonSerializerOptions json, IgnoredFields ignored, Func<TBody, (TTrace? Trace, string? Id, string? Broken)> map)
        where TBody : class
    {
        var index = _ids.Count;
        var (trace, id, broken) = Read(item, json, ignored, map);
        _ids.Add(trace is null ? null : id);
        if (trace is null)
        {
            _rejected.Add(new(index, Codes.InvalidRequest, broken ?? "The trace is not well-formed."));
            return;
        }

        _traces.Add(trace);
        _places.Add(index);
    }

    private static (TTrace? Trace, string? Id, string? Broken) Read<TBody>(
        JsonElement item, JsonSerializerOptions json, IgnoredFields ignored, Func<TBody, (TTrace? Trace, string? Id, string? Broken)> map)
        where TBody : class
    {
        try
        {
            if (item.ValueKind != JsonValueKind.Object) return (null, null, "The trace is not a JSON object.");
            if (JsonForm.Check(item, json.GetTypeInfo(typeof(TBody)), ignored) is { } broken) return (null, null, broken);
            return map(item.Deserialize<TBody>(json)!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null, "A name or a text is not Unicode, or a field has a value that its type does not hold.");
        }
    }
}
