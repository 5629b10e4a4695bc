namespace ControlPlane.Silo.Storage;

/// <summary>Names in the column <c>outcome</c>. What has no name is an error.</summary>
internal static class CycleEndNames
{
    public static string Of(CycleEnd end) => EnumNames.Of(Enum.IsDefined(end) ? end : CycleEnd.Error);

    public static CycleEnd Read(string name) => EnumNames.Find<CycleEnd>(name) ?? CycleEnd.Error;
}
