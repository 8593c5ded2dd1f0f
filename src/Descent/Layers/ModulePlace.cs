using System.Collections;
using System.Reflection;

namespace Descent.Layers;

/// <summary>Where a module stands: in a field, or in a collection that a field holds.</summary>
/// <param name="Owner">The module whose field it is.</param>
/// <param name="Field">The field.</param>
/// <param name="Holder">The owner, or the collection.</param>
/// <param name="Key">The key or index in the collection; null in the field itself.</param>
internal sealed record ModulePlace(Module Owner, FieldInfo Field, object Holder, object? Key)
{
    /// <summary>Puts another module here.</summary>
    /// <exception cref="ArgumentException">The place is of another type.</exception>
    public void Put(Module module, string path)
    {
        try
        {
            switch (Holder)
            {
                case IDictionary dictionary:
                    dictionary[Key!] = module;
                    break;
                case IList list when Key is int index:
                    list[index] = module;
                    break;
                default:
                    Field.SetValue(Holder, module);
                    break;
            }
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidCastException or NotSupportedException)
        {
            throw new ArgumentException(
                $"{path} cannot be replaced by a {module.GetType().Name}: {ModuleFields.NameOf(Owner.GetType())}.{ModuleFields.MemberOf(Field)} is declared as {ModuleFields.NameOf(Field.FieldType)}. Declare it as Layer, or put a layer of that type there.",
                nameof(module),
                problem
            );
        }
    }
}
