# odil prints one film: session, box, image, N-ACTION. Usage: odil-print.py PORT; prints the status of each response.
import sys
import odil

META = "1.2.840.10008.5.1.1.9"
SESSION, BOX, IMAGE = "1.2.840.10008.5.1.1.1", "1.2.840.10008.5.1.1.2", "1.2.840.10008.5.1.1.4"
Context = odil.AssociationParameters.PresentationContext
association = odil.Association()
association.set_tcp_timeout(20)
association.set_peer_host("127.0.0.1")
association.set_peer_port(int(sys.argv[1]))
parameters = odil.AssociationParameters()
parameters.set_calling_ae_title("ODIL").set_called_ae_title("CONCORD")
parameters.set_presentation_contexts([Context(1, META, ["1.2.840.10008.1.2.1"], Context.Role.SCU)])
association.set_parameters(parameters)
association.associate()
sent = 0


def ask(name, field, command, data_set=None):
    global sent
    sent += 1
    whole = odil.DataSet()
    whole.add("CommandField", [field])
    whole.add("MessageID", [sent])
    whole.add("CommandDataSetType", [0x0101 if data_set is None else 0])
    for key, value in command.items():
        whole.add(key, [value])
    message = odil.messages.Message(whole) if data_set is None else odil.messages.Message(whole, data_set)
    association.send_message(message, META)
    response = association.receive_message().get_command_set()
    print("%s %04x" % (name, response.as_int("Status")[0]), flush=True)


session = odil.DataSet()
session.add("NumberOfCopies", [1])
ask("session", 0x0140, {"AffectedSOPClassUID": SESSION, "AffectedSOPInstanceUID": "1.2.3.1"}, session)
box = odil.DataSet()
box.add("ImageDisplayFormat", ["STANDARD\\1,1"])
ask("box", 0x0140, {"AffectedSOPClassUID": BOX, "AffectedSOPInstanceUID": "1.2.3.2"}, box)
image = odil.DataSet()
image.add("ImageBoxPosition", [1])
ask("image", 0x0120, {"RequestedSOPClassUID": IMAGE, "RequestedSOPInstanceUID": "1.2.3.3"}, image)
ask("print", 0x0130, {"RequestedSOPClassUID": BOX, "RequestedSOPInstanceUID": "1.2.3.2", "ActionTypeID": 1})
ask("delete", 0x0150, {"RequestedSOPClassUID": SESSION, "RequestedSOPInstanceUID": "1.2.3.1"})
association.release()
