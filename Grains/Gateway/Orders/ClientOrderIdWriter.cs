using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>Puts a client order id into a request whose SDK gave none.</summary>
internal static class ClientOrderIdWriter
{
    /// <summary>An id that every known provider takes: 32 hex digits.</summary>
    public static string Make() => Guid.CreateVersion7().ToString("N");

    /// <param name="index">Place of the order in a batch.</param>
    public static (byte[] Body, string Query) Add(OrderMapping mapping, RequestForm form, byte[] body, string query, int index, string id)
    {
        var pointer = mapping.ClientOrderId.Field;
        if (form == RequestForm.Json) return (AddToJson(mapping, body, pointer, index, id), query);
        var pair = $"{Uri.EscapeDataString(pointer[1..])}={id}";
        return form == RequestForm.Form
            ? (Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body) + "&" + pair), query)
            : (body, query.Length <= 1 ? "?" + pair : query + "&" + pair);
    }

    private static byte[] AddToJson(OrderMapping mapping, byte[] body, string pointer, int index, string id)
    {
        var root = JsonNode.Parse(body)!;
        var node = root;
        foreach (var part in (mapping.Items ?? "").Split('/').Skip(1)) node = node[part]!;
        if (mapping.Items is not null) node = node[index]!;
        var parts = pointer.Split('/')[1..];
        foreach (var part in parts[..^1]) node = node[part] ??= new JsonObject();
        node[parts[^1]] = id;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
